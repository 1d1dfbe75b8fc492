import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { onTick } from "../../functions/anomalies-refit/handler.ts";
import type { Services } from "../../functions/anomalies-refit/services.ts";
import { Block } from "../../shared/anomalies/block.ts";
import { emptyBlock } from "../../shared/anomalies/block-state.ts";
import type { StoredBlock } from "../../shared/anomalies/block-store.ts";
import { makeDetectorStore } from "../../shared/anomalies/detector-store.ts";
import type { Sample } from "../alerts/builders.ts";
import { memoryMetrics } from "../alerts/memory-metrics.ts";
import { noiseAt } from "../anomalies/builders.ts";
import { minuteMs, type Stage, startMs, startStage } from "../anomalies/stage.ts";
import { aLog } from "../platform/builders.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.stop());

const story: Sample[] = Array.from({ length: 203 }, (_, minute) => ({
  atMs: startMs + minute * minuteMs,
  value: 100 + noiseAt(minute) + (minute >= 200 ? 60 : 0),
  name: "latency",
}));
const corpus = {
  corpus: "synthetic" as const,
  seed: "s",
  seriesCount: 1,
  faults: 20,
  found: 20,
  falseAlarms: 0,
  f1: 1,
};

/** The schedule's turn, so many minutes after the story began. */
function tickAt(minute: number, tenantIds: string[], over: object = {}) {
  const worker = stage.tenant().worker();
  const services = {
    ...worker,
    publish: async () => undefined,
    tenants: { listTenantIds: async () => tenantIds },
    detectors: makeDetectorStore(stage.table),
    metrics: memoryMetrics().store,
    synthetic: { series: () => corpus, services: () => corpus },
    log: aLog(),
    ...over,
  } as unknown as Services;
  const nowMs = startMs + minute * minuteMs;
  const ctxFor = (tenantId: string) => ({ ...stage.tenant().ctx, tenantId, nowMs });
  return onTick({ scheduledMs: nowMs, nowMs, ctxFor }, services);
}

const anomaliesOf = async ({ anomalies, tenantId }: ReturnType<Stage["tenant"]>) =>
  (await anomalies.list(tenantId, { from: "2026", to: "2027" }, 5)).items;

test("an open anomaly ends when its series has been silent for an hour, at the time of its last sample", async () => {
  const tenant = stage.tenant();
  await tenant.feed(story, tenant.worker());

  await tickAt(230, [tenant.tenantId]);
  expect(await anomaliesOf(tenant)).toMatchObject([{ state: "open" }]);
  await tickAt(300, [tenant.tenantId]);
  await tickAt(300, [tenant.tenantId]);

  expect(await anomaliesOf(tenant)).toMatchObject([
    { state: "ended", outcome: "silent", endedAt: new Date(startMs + 202 * minuteMs).toISOString() },
  ]);
});

test("an open anomaly of a service whose watch has begun anew ends, though its metrics are sent on", async () => {
  const tenant = stage.tenant();
  const checkout = { project: "default", service: "checkout" };
  const row = (minute: number) =>
    ["a", "b", "c", "d"].map((name, i) => ({
      atMs: startMs + minute * minuteMs,
      value: 100 + noiseAt(minute * 31 + i * 977) + (minute >= 220 && minute < 230 ? 40 : 0),
      name,
      labels: { "service.name": "checkout" },
    }));
  const minutes = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);
  const worker = tenant.worker();
  for (const from of [0, 60, 120, 180]) {
    await tenant.feed(minutes(from, Math.min(from + 60, 230)).flatMap(row), worker);
  }
  const wanted = [{ id: tenant.vectorId(checkout), kind: "vector" as const, service: checkout }];
  const [stored] = await worker.blocks.loadMany(tenant.tenantId, wanted);
  const block = new Block(emptyBlock("vector", checkout));
  const anew = { ...(stored as StoredBlock), block, slot: null, baseMembers: 0, pending: [] };
  await worker.blocks.save(tenant.tenantId, anew, { nowMs: startMs, maySettle: false });
  const vector = async () => (await anomaliesOf(tenant)).find(({ kind }) => kind === "vector");
  expect(await vector()).toMatchObject({ state: "open" });

  await tenant.feed(minutes(231, 300).flatMap(row), tenant.worker());
  await tickAt(300, [tenant.tenantId]);

  expect(await vector()).toMatchObject({ state: "ended", outcome: "silent" });
});

test("a tenant that fails does not take the others' turn, and the alarm hears of it", async () => {
  const tenant = stage.tenant();
  await tenant.feed(story, tenant.worker());
  const detectors = makeDetectorStore(stage.table);
  const failing = {
    ...detectors,
    get: (tenantId: string, id: string) =>
      tenantId === "ten_bad" ? Promise.reject(new Error("away")) : detectors.get(tenantId, id),
  };

  await expect(tickAt(300, ["ten_bad", tenant.tenantId], { detectors: failing })).rejects.toThrow(
    AggregateError,
  );

  expect(await detectors.get(tenant.tenantId, "metric")).toBeDefined();
});
