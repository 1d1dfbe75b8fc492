import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { SQSEvent } from "aws-lambda";
import { onMetricsReceived } from "../../functions/metrics-write/handler.ts";
import type { Services } from "../../functions/metrics-write/services.ts";
import { encodePoints, makeDynamoMetricStore, makeMetricStorage } from "../../shared/metrics/index.ts";
import { IngestRateStore } from "../../shared/metrics/ingest-rate-store.ts";
import type { MetricStore } from "../../shared/metrics/metric-store.ts";
import type { TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import { envelop } from "../../shared/platform/bus/envelop.ts";
import { Unavailable } from "../../shared/platform/errors.ts";
import { consume } from "../../shared/platform/lambda/queue-door.ts";
import { makeLog } from "../../shared/platform/log.ts";
import { aBatch, aSeries, midnightMs, minuteMs, type Point } from "../metrics/builders.ts";
import { startTestTable, type TestTable } from "../support/table.ts";

let testTable: TestTable;
const nowMs = midnightMs + minuteMs;
const series = aSeries();

beforeAll(async () => {
  testTable = await startTestTable(() => nowMs);
});
afterAll(() => testTable.stop());

const someServices = (table: TenantTable = testTable.table, given: Partial<Services> = {}): Services => ({
  log: makeLog({}, () => undefined),
  store: makeDynamoMetricStore(makeMetricStorage(table, { now: () => nowMs })),
  rates: new IngestRateStore(table),
  now: () => nowMs,
  ...given,
});

function aMessage(tenantId: string, messageId: string, points: readonly Point[], base64?: string) {
  const ctx = {
    tenantId,
    actor: { kind: "key" as const, id: "key" },
    traceId: "trace",
    causationId: null,
    nowMs,
  };
  const packed = base64 ?? Buffer.from(encodePoints(aBatch(points))).toString("base64");
  const event = envelop(ctx, "ingest", {
    id: `evt_${messageId}`,
    type: "metrics.received.v1",
    data: {
      batchId: `bat_${messageId}`,
      project: "demo",
      services: [],
      metricNames: [series.name],
      pointCount: points.length,
      seriesCount: 1,
      fromMs: midnightMs,
      toMs: nowMs,
      receivedAtMs: nowMs,
      packed: { codec: "points.v1", base64: packed },
    },
  });
  return { messageId, body: JSON.stringify({ detail: event }), attributes: { ApproximateReceiveCount: "1" } };
}

function deliver(messages: ReturnType<typeof aMessage>[], services: Services) {
  const options = {
    services: () => services,
    name: "metrics-write",
    types: ["metrics.received.v1"] as const,
    batch: onMetricsReceived,
  };
  return consume(options, { Records: messages } as unknown as SQSEvent);
}

const read = async (tenantId: string) => {
  const range = { fromMs: midnightMs, toMs: nowMs + minuteMs };
  const found = await someServices().store.readPoints(tenantId, {
    name: series.name,
    matchers: [],
    ...range,
  });
  return found.flatMap(({ values }) => [...values]);
};

const methodsOf = (store: MetricStore): MetricStore => ({
  write: (...args) => store.write(...args),
  readPoints: (...args) => store.readPoints(...args),
  query: (...args) => store.query(...args),
  listMetrics: (...args) => store.listMetrics(...args),
  listSeries: (...args) => store.listSeries(...args),
});

describe("metrics-write", () => {
  test("stores what arrives, tenant by tenant", async () => {
    const answer = await deliver(
      [
        aMessage("ten_a", "1", [[series, midnightMs, 1]]),
        aMessage("ten_b", "2", [[series, midnightMs, 2]]),
        aMessage("ten_a", "3", [[series, midnightMs + 1, 3]]),
      ],
      someServices(),
    );

    expect(answer.batchItemFailures).toEqual([]);
    expect(await read("ten_a")).toEqual([1, 3]);
    expect(await read("ten_b")).toEqual([2]);
  });

  test("R-01: a message delivered twice leaves the same points", async () => {
    const message = aMessage("ten_twice", "1", [[series, midnightMs, 1]]);

    await deliver([message, message], someServices());
    await deliver([message], someServices());

    expect(await read("ten_twice")).toEqual([1]);
  });

  test.each([
    ["no packed points", "bm90IHBvaW50cw=="],
    ["no base64", "§§§"],
    [
      "cut-off points",
      Buffer.from(encodePoints(aBatch([[series, 1, 1]])))
        .toString("base64")
        .slice(0, 24),
    ],
  ])("R-05: a message with %s goes back alone", async (what, base64) => {
    const tenantId = `ten_${what.replaceAll(" ", "_")}`;
    const answer = await deliver(
      [
        aMessage(tenantId, "good", [[series, midnightMs, 1]]),
        aMessage(tenantId, "poison", [[series, midnightMs, 1]], base64),
        aMessage(tenantId, "also-good", [[series, midnightMs + 1, 2]]),
      ],
      someServices(),
    );

    expect(answer.batchItemFailures).toEqual([{ itemIdentifier: "poison" }]);
    expect(await read(tenantId)).toEqual([1, 2]);
  });

  test("R-09: what the store could not take is handed back, the other tenants' is not", async () => {
    const working = someServices();
    const store: MetricStore = {
      ...methodsOf(working.store),
      write: (tenantId, batches) =>
        tenantId === "ten_unlucky"
          ? Promise.reject(new Unavailable("The database throttled a batch write 8 times."))
          : working.store.write(tenantId, batches),
    };

    const answer = await deliver(
      [
        aMessage("ten_unlucky", "1", [[series, midnightMs, 1]]),
        aMessage("ten_lucky", "2", [[series, midnightMs, 2]]),
        aMessage("ten_unlucky", "3", [[series, midnightMs, 3]]),
      ],
      { ...working, store },
    );

    expect(answer.batchItemFailures).toEqual([{ itemIdentifier: "1" }, { itemIdentifier: "3" }]);
    expect(await read("ten_lucky")).toEqual([2]);
  });

  test("F7: points are acknowledged only after every write of theirs", async () => {
    const failing = new Proxy(testTable.table, {
      get: (target, property) => {
        const member: unknown = Reflect.get(target, property, target);
        if (typeof member !== "function") return member;
        return (...args: unknown[]) => {
          const items = property === "putMany" ? (args[1] as { pk: string }[]) : [];
          if (items.some(({ pk }) => pk.startsWith("arrivals"))) throw new Unavailable("throttled");
          return Reflect.apply(member, target, args);
        };
      },
    });

    const answer = await deliver([aMessage("ten_f7", "1", [[series, midnightMs, 1]])], someServices(failing));

    expect(answer.batchItemFailures).toEqual([{ itemIdentifier: "1" }]);
  });

  test("R-05: one batch that the database will not have does not hold up the others of its tenant", async () => {
    const working = someServices();
    const store: MetricStore = {
      ...methodsOf(working.store),
      write: (tenantId, batches) => {
        const refused = batches.some(({ batchId }) => batchId === "bat_refused");
        const error = Object.assign(new Error("Item size has exceeded"), { name: "ValidationException" });
        return refused ? Promise.reject(error) : working.store.write(tenantId, batches);
      },
    };

    const answer = await deliver(
      [
        aMessage("ten_one", "fine", [[series, midnightMs, 1]]),
        aMessage("ten_one", "refused", [[series, midnightMs, 2]]),
      ],
      { ...working, store },
    );

    expect(answer.batchItemFailures).toEqual([{ itemIdentifier: "refused" }]);
    expect(await read("ten_one")).toEqual([1]);
  });

  test("a count that is lost costs no second delivery", async () => {
    const rates = new IngestRateStore(
      new Proxy(testTable.table, {
        get: () => () => Promise.reject(new Unavailable("throttled")),
      }),
    );

    const answer = await deliver(
      [aMessage("ten_uncounted", "1", [[series, midnightMs, 1]])],
      someServices(testTable.table, { rates }),
    );

    expect(answer.batchItemFailures).toEqual([]);
    expect(await read("ten_uncounted")).toEqual([1]);
  });
});
