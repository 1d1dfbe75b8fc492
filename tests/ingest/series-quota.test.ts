import { describe, expect, test } from "@jest/globals";
import { makeSeriesQuota } from "../../shared/ingest/index.ts";
import type { Series } from "../../shared/metrics/index.ts";
import { makeLog } from "../../shared/platform/log.ts";
import { aSeries } from "../metrics/builders.ts";
import { nowMs } from "./builders.ts";

const series = (from: number, to: number): Series[] =>
  Array.from({ length: to - from }, (_, i) => aSeries({ labels: { host: `${from + i}` } }));
const ids = (all: readonly Series[]) => all.map(({ seriesId }) => seriesId);

/** A quota of 50 over what a test says is stored. */
function aQuota(stored: readonly Series[] = []) {
  const index = { stored: new Set(ids(stored)), fails: false };
  const asked = { counts: 0, lookedUp: 0 };
  const logged: string[] = [];
  const orFail = () => {
    if (index.fails) throw new Error("throttled");
  };
  const overQuota = makeSeriesQuota({
    active: {
      async count() {
        asked.counts++;
        orFail();
        return index.stored.size;
      },
      async among(_tenantId, some) {
        asked.lookedUp += some.length;
        orFail();
        return new Set(ids(some).filter((id) => index.stored.has(id)));
      },
    },
    limit: 50,
    log: makeLog({}, (line) => logged.push(line)),
  });
  const refused = async (some: readonly Series[], atMs = nowMs, tenantId = "ten_a") => [
    ...((await overQuota({ tenantId, nowMs: atMs }, some))?.seriesIds ?? []),
  ];
  return { overQuota, refused, index, asked, logged };
}

describe("the quota of series", () => {
  test("what stays within it is not looked up, and its count is read each ten seconds", async () => {
    const { refused, asked } = aQuota(series(0, 10));

    for (let ms = 0; ms < 20_000; ms += 1_000) await refused(series(0, 40), nowMs + ms);

    expect(asked).toEqual({ counts: 2, lookedUp: 0 });
  });

  test("of new series as many are let in as fit, whichever request they come in", async () => {
    const { refused } = aQuota(series(0, 10));

    expect(await refused(series(0, 200))).toEqual(ids(series(50, 200)));
    expect(await refused(series(200, 210))).toEqual(ids(series(200, 210)));
  });

  test("series that are there, or were let in, go on while new ones are refused", async () => {
    const { refused, asked } = aQuota(series(0, 50));

    expect(await refused(series(0, 50))).toEqual([]);
    expect(await refused(series(40, 51), nowMs + 15_000)).toEqual(ids(series(50, 51)));
    expect(asked.lookedUp).toBe(51);
  });

  test("is said with its number and where to see who uses it up", async () => {
    const { overQuota } = aQuota(series(0, 50));

    const refusal = await overQuota({ tenantId: "ten_a", nowMs }, series(50, 51));

    expect(refusal?.reason).toContain("quota of 50 series is used up");
    expect(refusal?.reason).toContain("GET /api/limits/series");
  });

  test("a new series is let in as soon as there is room", async () => {
    const { refused, index } = aQuota(series(0, 50));
    await refused(series(50, 51));

    index.stored = new Set(ids(series(0, 20)));

    expect(await refused(series(50, 51), nowMs + 5_000)).toEqual(ids(series(50, 51)));
    expect(await refused(series(50, 51), nowMs + 10_000)).toEqual([]);
  });

  test("one that another process let in goes on within a minute", async () => {
    const { refused, index } = aQuota(series(0, 50));
    await refused(series(50, 51));

    index.stored = new Set(ids(series(1, 51)));

    expect(await refused(series(50, 51), nowMs + 60_000)).toEqual([]);
  });

  test("one tenant's use is nothing to another", async () => {
    const overQuota = makeSeriesQuota({
      active: { count: async (id) => (id === "ten_full" ? 50 : 0), among: async () => new Set() },
      limit: 50,
      log: makeLog({}, () => undefined),
    });

    expect((await overQuota({ tenantId: "ten_full", nowMs }, series(0, 1)))?.seriesIds.size).toBe(1);
    expect(await overQuota({ tenantId: "ten_b", nowMs }, series(0, 1))).toBeUndefined();
  });

  test("everything passes, and the log says so, while the count or the index cannot be read", async () => {
    const { refused, index, logged } = aQuota(series(0, 50));
    index.fails = true;
    expect(await refused(series(50, 60))).toEqual([]);

    index.fails = false;
    await refused([], nowMs + 10_000);
    index.fails = true;
    expect(await refused(series(50, 60), nowMs + 11_000)).toEqual([]);

    expect(logged.filter((line) => line.includes("so they passed"))).toHaveLength(2);
  });
});
