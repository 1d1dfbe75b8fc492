import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { onTick } from "../../functions/metrics-compact/handler.ts";
import type { Services } from "../../functions/metrics-compact/services.ts";
import { makeDynamoMetricStore, makeMetricStorage } from "../../shared/metrics/index.ts";
import type { Tick } from "../../shared/platform/lambda/schedule-door.ts";
import { makeLog } from "../../shared/platform/log.ts";
import { makeTenantStore } from "../../shared/tenancy/index.ts";
import { aBatch, aSeries, hourMs, midnightMs } from "../metrics/builders.ts";
import { startTestTable, type TestTable } from "../support/table.ts";

let testTable: TestTable;
let nowMs = midnightMs;

beforeAll(async () => {
  testTable = await startTestTable(() => nowMs);
});
afterAll(() => testTable.stop());

const aTick = (): Tick => ({
  scheduledMs: nowMs,
  nowMs,
  ctxFor: (tenantId) => ({
    tenantId,
    actor: { kind: "system", id: "metrics-compact" },
    traceId: "trace",
    causationId: null,
    nowMs,
  }),
});

test("every tenant is compacted, and one tenant's trouble keeps no other waiting", async () => {
  const storage = makeMetricStorage(testTable.table, { now: () => nowMs });
  const tenants = makeTenantStore(testTable.table);
  const names = ["first", "broken", "last"];
  const created = await Promise.all(names.map((name) => tenants.createTenant({ name, nowMs })));
  for (const { tenantId } of created) {
    const points = aBatch([[aSeries(), nowMs, 1]]);
    await makeDynamoMetricStore(storage).write(tenantId, [{ batchId: "bat", receivedAtMs: nowMs, points }]);
  }
  const broken = created[1]?.tenantId;
  const compaction = new Proxy(storage.compaction, {
    get: (target, property) => {
      const member: unknown = Reflect.get(target, property, target);
      if (typeof member !== "function") return member;
      return (...args: unknown[]) => {
        if (property === "claim" && args[0] === broken) throw new Error("throttled");
        return Reflect.apply(member, target, args);
      };
    },
  });
  nowMs = midnightMs + 2 * hourMs;
  const services: Services = {
    log: makeLog({}, () => undefined),
    storage: { ...storage, compaction },
    tenants,
  };

  await expect(onTick(aTick(), services)).rejects.toThrow("points were not seen to");

  const states = await Promise.all(
    created.map(({ tenantId }) => makeMetricStorage(testTable.table).compaction.read(tenantId, nowMs)),
  );
  const flushed = states.map((state) => (state?.flushedMs ?? 0) > midnightMs);
  expect(flushed).toEqual([true, false, true]);
});

describe("a tick without tenants", () => {
  test("has nothing to do", async () => {
    const services: Services = {
      log: makeLog({}, () => undefined),
      storage: makeMetricStorage(testTable.table),
      tenants: { ...makeTenantStore(testTable.table), listTenantIds: () => Promise.resolve([]) },
    };

    await expect(onTick(aTick(), services)).resolves.toBeUndefined();
  });
});
