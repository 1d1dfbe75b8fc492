import { describe, expect, test } from "@jest/globals";
import { Envelope } from "../../events/envelope.ts";
import { acceptMetrics, decodeJsonMetrics, decodePlainMetrics } from "../../shared/ingest/index.ts";
import type { OverQuota } from "../../shared/ingest/series-quota.ts";
import { pointFlags } from "../../shared/metrics/index.ts";
import type { Ctx } from "../../shared/platform/context.ts";
import { Unavailable } from "../../shared/platform/errors.ts";
import { aCtx, aGauge, aPoint, attributes, dataOf, nowMs, pointsOf, rowsOf } from "./builders.ts";

const minuteMs = 60_000;
const hourMs = 60 * minuteMs;

async function accept(request: object, ctx: Ctx = aCtx(), overQuota?: OverQuota) {
  const published: Envelope[] = [];
  const decoded = Array.isArray(request)
    ? decodePlainMetrics(Buffer.from(JSON.stringify(request)))
    : decodeJsonMetrics(Buffer.from(JSON.stringify(request)));
  const outcome = await acceptMetrics(ctx, decoded, {
    redactionSalt: async () => "salt",
    publish: async (events) => {
      published.push(...events);
    },
    ...(overQuota ? { overQuota } : {}),
  });
  return { outcome, published };
}

describe("a key that is narrowed to a project", () => {
  const project = "sentinelops.project";
  const labelled = (labels: Record<string, string>) => ({ name: "cpu", value: 1, timestamp: nowMs, labels });

  test("sends into that one, whatever the telemetry says", async () => {
    const ctx = { ...aCtx(), projects: ["checkout"] };

    const { published } = await accept(
      [labelled({}), labelled({ [project]: "search" }), labelled({ [project]: "checkout", host: "a" })],
      ctx,
    );

    expect(published.map((event) => event.data["project"])).toEqual(["checkout"]);
    const rows = published.flatMap((event) => rowsOf(pointsOf(event)));
    expect(rows.map(({ labels }) => labels[project])).toEqual(["checkout", "checkout", "checkout"]);
  });

  test("without one the telemetry names its project", async () => {
    const { published } = await accept([labelled({}), labelled({ [project]: "search" })]);

    expect(published.map((event) => event.data["project"]).sort()).toEqual(["default", "search"]);
  });
});

describe("accepting metrics", () => {
  test("what is accepted goes on the bus whole, with a summary to match on", async () => {
    const { outcome, published } = await accept([
      { name: "cpu", value: 0.5, timestamp: nowMs - 1_000, unit: "1", labels: { "service.name": "cart" } },
      { name: "cpu", value: 0.7, timestamp: nowMs, unit: "1", labels: { "service.name": "cart" } },
      {
        name: "mem",
        value: 4_096,
        timestamp: nowMs - 500,
        labels: { "service.name": "search", n: 7, up: true },
      },
    ]);

    expect(outcome).toEqual({ accepted: 3, rejected: 0, rejections: [] });
    expect(published.map((event) => Envelope.parse(event))).toEqual(published);
    expect(published).toMatchObject([
      {
        type: "metrics.received.v1",
        source: "ingest",
        tenantId: "ten_a",
        traceId: "trace-a",
        actor: { kind: "key", id: "key_a" },
        data: {
          project: "default",
          services: ["cart", "search"],
          metricNames: ["cpu", "mem"],
          pointCount: 3,
          seriesCount: 2,
          fromMs: nowMs - 1_000,
          toMs: nowMs,
          receivedAtMs: nowMs,
        },
      },
    ]);
    expect(rowsOf(pointsOf(published[0]))).toMatchObject([
      {
        name: "cpu",
        value: 0.5,
        timeMs: nowMs - 1_000,
        unit: "1",
        type: "gauge",
        labels: { "service.name": "cart" },
      },
      { name: "cpu", value: 0.7, timeMs: nowMs },
      { name: "mem", value: 4_096, unit: null, labels: { n: "7", "service.name": "search", up: "true" } },
    ]);
  });

  test("nothing to accept publishes nothing", async () => {
    expect((await accept([])).published).toEqual([]);
    expect((await accept({})).published).toEqual([]);
    expect((await accept([{ name: "", value: 1 }])).outcome).toMatchObject({ accepted: 0, rejected: 1 });
  });

  test.each([
    ["24 h ago", -24 * hourMs, -24 * hourMs, 0],
    ["24 h and 1 ms ago", -24 * hourMs - 1, -24 * hourMs, pointFlags.timeClamped],
    ["10 min ahead", 10 * minuteMs, 10 * minuteMs, 0],
    ["10 min and 1 ms ahead", 10 * minuteMs + 1, 10 * minuteMs, pointFlags.timeClamped],
    ["in 1970", 1 - nowMs, -24 * hourMs, pointFlags.timeClamped],
    ["at no time", -nowMs, 0, pointFlags.timeMissing],
  ])("R-29: a point %s keeps event time and time of receipt", async (_, sentAgo, keptAgo, flags) => {
    const { published } = await accept(aGauge([aPoint({ timeUnixNano: `${nowMs + sentAgo}000000` })]));

    expect(rowsOf(pointsOf(published[0]))).toMatchObject([{ timeMs: nowMs + keptAgo, flags }]);
    expect(dataOf(published[0])).toMatchObject({ receivedAtMs: nowMs, fromMs: nowMs + keptAgo });
  });

  test("R-01: the same content sent again makes the same events", async () => {
    const request = aGauge([aPoint(), aPoint({ attributes: attributes({ host: "b" }) })]);

    const first = await accept(request);
    const again = await accept(request, aCtx({ nowMs: nowMs + 5_000 }));

    expect(again.published.map((event) => event.id)).toEqual(first.published.map((event) => event.id));
    expect(dataOf(again.published[0]).batchId).toBe(dataOf(first.published[0]).batchId);
  });

  test("equal content of another tenant, or other content, makes other events", async () => {
    const ids = await Promise.all([
      accept(aGauge([aPoint()])),
      accept(aGauge([aPoint()]), aCtx({ tenantId: "ten_b" })),
      accept(aGauge([aPoint({ asDouble: 2 })])),
    ]);

    expect(new Set(ids.map(({ published }) => published[0]?.id)).size).toBe(3);
  });

  test("a point without a time is a new point each time it is sent", async () => {
    const request = [{ name: "heartbeat", value: 1 }];

    const first = await accept(request);
    const later = await accept(request, aCtx({ nowMs: nowMs + minuteMs }));

    expect(later.published[0]?.id).not.toBe(first.published[0]?.id);
    expect(rowsOf(pointsOf(later.published[0]))[0]?.timeMs).toBe(nowMs + minuteMs);
  });

  test("R-13: ten thousand series in one request are a handful of events, none above 200 KB", async () => {
    const points = Array.from({ length: 10_000 }, (_, i) =>
      aPoint({ asDouble: i, attributes: attributes({ host: `host-${i}`, region: `r-${i % 7}` }) }),
    );

    const { outcome, published } = await accept(aGauge(points));

    expect(outcome.accepted).toBe(10_000);
    expect(published.length).toBeLessThanOrEqual(5);
    for (const event of published)
      expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThanOrEqual(200_000);
    const values = published.flatMap((event) => [...pointsOf(event).values]);
    expect(values).toEqual(points.map((_, i) => i));
  });

  test("text that hardly packs is split until every event fits", async () => {
    const noise = (seed: number) =>
      Array.from({ length: 12 }, (_, i) => Math.sin(seed * 13 + i).toString(36)).join("");
    const items = Array.from({ length: 3_000 }, (_, i) => ({
      name: "m",
      value: i,
      labels: { id: noise(i) },
    }));

    const { published } = await accept(items);

    expect(published.length).toBeGreaterThan(1);
    for (const event of published)
      expect(Buffer.byteLength(JSON.stringify(event))).toBeLessThanOrEqual(200_000);
    expect(published.flatMap((event) => [...pointsOf(event).values])).toHaveLength(3_000);
    expect(new Set(published.map((event) => dataOf(event).batchId)).size).toBe(published.length);
  });

  test("the summary names every metric and service, however many events that takes", async () => {
    const items = Array.from({ length: 1_200 }, (_, i) => ({
      name: `metric-${i}`,
      value: 1,
      labels: { "service.name": `service-${i % 150}` },
    }));

    const { published } = await accept(items);

    const names = published.flatMap((event) => dataOf(event).metricNames);
    expect(names.sort()).toEqual(items.map((item) => item.name).sort());
  });

  test("each project has its own events", async () => {
    const inProject = (project: string) => ({ "sentinelops.project": project });
    const { published } = await accept([
      { name: "m", value: 1, labels: inProject("shop") },
      { name: "m", value: 2 },
      { name: "m", value: 3, labels: inProject("shop") },
    ]);

    expect(published.map((event) => [dataOf(event).project, [...pointsOf(event).values]])).toEqual([
      ["shop", [1, 3]],
      ["default", [2]],
    ]);
  });

  test("R-09: nothing counts as accepted when the bus refuses", async () => {
    const decoded = decodeJsonMetrics(Buffer.from(JSON.stringify(aGauge([aPoint()]))));
    const refused = acceptMetrics(aCtx(), decoded, {
      redactionSalt: async () => "salt",
      publish: async () => {
        throw new Unavailable("The event bus refused 1 of 1 events.");
      },
    });

    await expect(refused).rejects.toThrow("The event bus refused");
  });
});

describe("series beyond the quota", () => {
  const host = (name: string) => ({ name: "cpu", value: 1, timestamp: nowMs, labels: { host: name } });
  const refusing =
    (...hosts: string[]): OverQuota =>
    async (_ctx, series) => ({
      seriesIds: new Set(
        series.flatMap(({ labels, seriesId }) => (hosts.includes(labels["host"] ?? "") ? [seriesId] : [])),
      ),
      reason: "no room",
    });

  test("are rejected by their place in the request, and the others of it go on", async () => {
    const bad = { name: "cpu", value: null };
    const request = [host("a"), host("new"), bad, host("b"), host("new")];

    const { outcome, published } = await accept(request, aCtx(), refusing("new"));

    expect(outcome).toMatchObject({
      accepted: 2,
      rejected: 3,
      rejections: [
        { metric: "cpu", index: 1, reason: "no room" },
        { index: 2, reason: "it has no value; send a number" },
        { metric: "cpu", index: 4, reason: "no room" },
      ],
    });
    expect(rowsOf(pointsOf(published[0])).map(({ labels }) => labels["host"])).toEqual(["a", "b"]);
  });

  test("no event is published of a request that holds nothing else", async () => {
    const { outcome, published } = await accept([host("new")], aCtx(), refusing("new"));

    expect(outcome).toMatchObject({ accepted: 0, rejected: 1 });
    expect(published).toEqual([]);
  });

  test("the same content is no repetition where other series of it were refused", async () => {
    const request = [host("a"), host("b")];

    const sent = [
      await accept(request, aCtx(), refusing("a")),
      await accept(request, aCtx(), refusing("b")),
      await accept(request),
      await accept(request, aCtx(), refusing("a")),
    ].map(({ published }) => published[0]?.id);

    expect(new Set(sent).size).toBe(3);
    expect(sent[3]).toBe(sent[0]);
  });
});
