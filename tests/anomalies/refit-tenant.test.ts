import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { makeAnomalyStore } from "../../shared/anomalies/anomaly-store.ts";
import { makeBlockStore } from "../../shared/anomalies/block-store.ts";
import {
  activeOf,
  DetectorRecord,
  digestOf,
  pagingClassesOf,
} from "../../shared/anomalies/detector-record.ts";
import { makeDetectorStore } from "../../shared/anomalies/detector-store.ts";
import { makeDirectoryStore } from "../../shared/anomalies/directory-store.ts";
import { makeForestStore } from "../../shared/anomalies/forest-store.ts";
import { makeOpinions } from "../../shared/anomalies/opinion.ts";
import { makePermits } from "../../shared/anomalies/permit.ts";
import { getDetector, listDetectors, rollBackDetector } from "../../shared/anomalies/read-detectors.ts";
import { refitTenant } from "../../shared/anomalies/refit-tenant.ts";
import { Random } from "../../shared/anomalies/synthetic-faults.ts";
import { Conflict, Forbidden, NotFound } from "../../shared/platform/errors.ts";
import type { Sample } from "../alerts/builders.ts";
import { memoryMetrics } from "../alerts/memory-metrics.ts";
import { memoryBucket } from "./memory-bucket.ts";
import { minuteMs, type Stage, startMs, startStage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.stop());

/** What the synthetic corpora come to is looked at by the benchmark. */
const passed = {
  corpus: "synthetic" as const,
  seed: "s",
  seriesCount: 60,
  faults: 150,
  found: 130,
  falseAlarms: 10,
  f1: 0.897,
};
const dayMs = 1_440 * minuteMs;
const random = new Random("refit");
const checkout = { project: "default", service: "checkout" };

/** A day of three gauges of one service, as one sender tells them. */
function aDay(): Sample[] {
  return Array.from({ length: 1_440 }, (_, minute) =>
    ["a", "b", "c"].map((name) => ({
      atMs: startMs - dayMs + minute * minuteMs,
      value: 100 + random.normal(),
      name,
      unit: "ms",
      labels: { "service.name": "checkout" },
    })),
  ).flat();
}

async function aTenant() {
  const tenant = stage.tenant();
  const metrics = memoryMetrics();
  const bucket = memoryBucket();
  const detectors = makeDetectorStore(stage.table);
  const deps = {
    anomalies: makeAnomalyStore(stage.table),
    blocks: makeBlockStore(stage.table),
    directory: makeDirectoryStore(stage.table),
    detectors,
    forests: makeForestStore("models", bucket.client),
    metrics: metrics.store,
    synthetic: { series: () => passed, services: () => ({ ...passed, f1: 0.3 }) },
  };
  const samples = aDay();
  metrics.keep(tenant.tenantId, samples);
  await tenant.feed(samples, tenant.worker());
  return { ...tenant, deps, detectors, bucket };
}

/** What rounds of refitting put on record for a tenant, oldest first. */
async function recordedOf(tenantId: string) {
  const debts = await stage.table.owed(startMs + 365 * dayMs, 1_000);
  return debts
    .flatMap(({ events }) => events)
    .filter((event) => event.tenantId === tenantId && event.data["action"] === "detectors.refit")
    .sort((a, b) => (a.time < b.time ? -1 : 1));
}

describe("a round of refitting", () => {
  let tenant: Awaited<ReturnType<typeof aTenant>>;
  beforeAll(async () => {
    tenant = await aTenant();
    await refitTenant(tenant.ctx, tenant.deps);
  });

  test("lets a detector page for the class whose gate it passed, and for no other", async () => {
    const permitOf = makePermits(tenant.detectors);

    const record = await tenant.detectors.get(tenant.tenantId, "metric");
    const [gate] = record ? (activeOf(record)?.gates ?? []) : [];
    expect(gate).toMatchObject({ metricClass: "value/time/none", requiredF1: 0.85 });
    expect(gate?.corpora.map(({ corpus }) => corpus)).toEqual(["synthetic", "own-history"]);
    for (const { faults } of gate?.corpora ?? []) expect(faults).toBeGreaterThanOrEqual(12);
    expect(gate?.passed).toBe(gate?.corpora.every(({ f1 }) => f1 >= 0.85));
    const permit = await permitOf(tenant.tenantId, "metric", "value/time/none", startMs);
    expect(permit.mode).toBe(gate?.passed ? "paging" : "shadow");
    expect(await permitOf(tenant.tenantId, "metric", "rate/count/daily", startMs)).toMatchObject({
      mode: "shadow",
      reason: expect.stringContaining("has not been through its gate"),
    });
  });

  test("grows a forest for the service, kept with its version, that gives a second opinion", async () => {
    const opinionOf = makeOpinions(tenant.detectors, tenant.deps.forests);
    const wanted = [{ id: tenant.vectorId(checkout), kind: "vector" as const, service: checkout }];
    const members =
      (await tenant.deps.blocks.loadMany(tenant.tenantId, wanted))[0]?.block.state.members ?? [];
    const row = (value: number) => members.map(({ id }) => ({ seriesId: id, value }));

    expect([...tenant.bucket.objects.keys()]).toEqual([
      `forests/${tenant.tenantId}/${tenant.vectorId(checkout)}/1`,
    ]);
    expect(await opinionOf(tenant.tenantId, checkout, row(100))).toMatchObject({
      modelVersion: 1,
      agrees: false,
    });
    expect(await opinionOf(tenant.tenantId, checkout, row(160))).toMatchObject({
      modelVersion: 1,
      agrees: true,
    });
    expect(await opinionOf(tenant.tenantId, { ...checkout, service: "unknown" }, row(1))).toEqual({
      modelVersion: null,
      isolation: null,
      agrees: null,
    });
  });

  test("R-30: happens once, however often the schedule asks within the hour", async () => {
    const before = await tenant.detectors.list(tenant.tenantId);

    await refitTenant({ ...tenant.ctx, nowMs: startMs + 10 * minuteMs }, tenant.deps);

    expect(await tenant.detectors.list(tenant.tenantId)).toEqual(before);
  });

  test("S-65: is one entry of the audit, with what each detector was and is", async () => {
    const record = await tenant.detectors.get(tenant.tenantId, "metric");
    const paging = record ? pagingClassesOf(record).length : 0;

    const entries = await recordedOf(tenant.tenantId);

    expect(entries).toMatchObject([
      {
        actor: { kind: "system" },
        data: {
          before: {},
          after: {
            metric: expect.stringMatching(/^version 1, (accepted|candidate), pages for /),
            "forest.checkout": "version 1, accepted, pages for nothing, drift unknown",
            summary: { refit: 3, promoted: paging > 0 ? 1 : 0, rolledBack: 0, watchedAnew: 0, forgotten: 0 },
          },
          why: expect.stringContaining("3 refit"),
        },
      },
    ]);
  });

  test("a day later tells whether the scores drift, and retires the forest before", async () => {
    await refitTenant({ ...tenant.ctx, nowMs: startMs + dayMs }, tenant.deps);

    const forest = await getDetector(tenant.ctx, "forest.checkout", tenant.deps);
    expect(forest.versions.map(({ version, status }) => [version, status])).toEqual([
      [2, "accepted"],
      [1, "retired"],
    ]);
    const metric = await getDetector(tenant.ctx, "metric", tenant.deps);
    expect(metric).toMatchObject({ activeVersion: 1, trackedSeries: 3 });
    expect(metric.versions[0]?.drift?.verdict).toMatch(/steady|moving|too-few-scores/);
    const [, second] = await recordedOf(tenant.tenantId);
    expect(second?.data).toMatchObject({
      before: { "forest.checkout": expect.stringContaining("version 1, accepted") },
      after: { "forest.checkout": expect.stringContaining("version 2, accepted"), summary: { refit: 1 } },
    });
    expect(Object.keys(second?.data["after"] ?? {})).not.toContain("vector");
  });

  test("rolling a forest back asks the earlier one again", async () => {
    const input = { id: "forest.checkout", version: 1, reason: "grown on an incident" };

    const forest = await rollBackDetector(tenant.ctx, input, tenant.deps);

    expect(forest.activeVersion).toBe(1);
    const debts = await stage.table.owed(startMs + 365 * dayMs, 100);
    expect(debts.flatMap(({ events }) => events)).toContainEqual(
      expect.objectContaining({
        type: "audit.recorded.v1",
        tenantId: tenant.tenantId,
        data: expect.objectContaining({
          action: "detector.rolled-back",
          resource: { type: "detector", id: "forest.checkout" },
          after: { activeVersion: 1 },
          why: input.reason,
        }),
      }),
    );
    const opinionOf = makeOpinions(tenant.detectors, tenant.deps.forests);
    expect((await opinionOf(tenant.tenantId, checkout, [])).modelVersion).toBe(1);
    await expect(rollBackDetector(tenant.ctx, input, tenant.deps)).rejects.toThrow(Conflict);
  });

  test("what watches every project is rolled back by nobody who is narrowed to some", async () => {
    const narrowed = { ...tenant.ctx, projects: ["default"] };
    const before = await tenant.detectors.list(tenant.tenantId);

    for (const id of ["metric", "vector"]) {
      const input = { id, version: 1, reason: "too loud for us" };
      await expect(rollBackDetector(narrowed, input, tenant.deps)).rejects.toThrow(Forbidden);
    }

    expect(await tenant.detectors.list(tenant.tenantId)).toEqual(before);
  });

  test("an algorithm that is not the accepted one pages for nothing until it has passed; held back it stays so", async () => {
    const record = await tenant.detectors.get(tenant.tenantId, "metric");
    const accepted = DetectorRecord.parse({
      ...record,
      versions: record?.versions.map((one) => ({ ...one, digest: "another", status: "accepted" })),
    });
    expect(pagingClassesOf(accepted)).toEqual([]);
    await tenant.detectors.save(tenant.tenantId, { ...accepted, fittedMs: 0, version: accepted.version + 1 });

    await refitTenant({ ...tenant.ctx, nowMs: startMs + 2 * dayMs }, tenant.deps);
    const renewed = await tenant.detectors.get(tenant.tenantId, "metric");
    const input = { id: "metric", version: 1, reason: "too loud" };
    const held = await rollBackDetector(tenant.ctx, input, tenant.deps);

    expect(renewed?.versions.map(({ version, digest }) => [version, digest])).toEqual([
      [2, digestOf("metric")],
      [1, "another"],
    ]);
    expect(held).toMatchObject({ activeVersion: 2, pagingClasses: [] });
    expect(held.versions[0]?.note).toContain("too loud");
  });

  test("a service that sends another metric is watched anew, by that one too", async () => {
    const other = await aTenant();
    const labels = { "service.name": "checkout" };
    const sent = Array.from({ length: 30 }, (_, minute) => ({
      atMs: startMs + minute * minuteMs,
      value: minute,
      name: "d",
      labels,
    }));
    const worker = other.worker();
    await other.feed(sent, worker);
    const wanted = [{ id: other.vectorId(checkout), kind: "vector" as const, service: checkout }];
    const members = async () =>
      (await other.deps.blocks.loadMany(other.tenantId, wanted))[0]?.block.state.members.map(
        ({ metric }) => metric,
      );
    expect((await members())?.toSorted()).toEqual(["a", "b", "c"]);

    await refitTenant({ ...other.ctx, nowMs: startMs + 30 * minuteMs }, other.deps);
    const later = ["a", "b", "c", "d"].map((name) => ({
      atMs: startMs + 31 * minuteMs,
      value: 1,
      name,
      labels,
    }));
    await other.feed(
      later.map((one) => ({ ...one, unit: one.name === "d" ? "%" : "ms" })),
      worker,
    );

    expect((await members())?.toSorted()).toEqual(["a", "b", "c", "d"]);
  });

  test("a service of which no series is left makes room for another", async () => {
    const other = stage.tenant();
    const deps = { ...tenant.deps, metrics: memoryMetrics().store };
    const left = { project: "north", service: "checkout" };
    const of = (minute: number, labels: Record<string, string>) =>
      ["a", "b", "c"].map((name) => ({ atMs: startMs + minute * minuteMs, value: minute, name, labels }));
    const north = { "service.name": "checkout", "sentinelops.project": "north" };
    await other.feed([...of(0, { "service.name": "web" }), ...of(0, north)], other.worker());
    const later = 8 * 1_440;
    await other.feed(of(later, { "service.name": "web" }), other.worker());
    const before = await deps.directory.load(other.tenantId);

    await refitTenant({ ...other.ctx, nowMs: startMs + later * minuteMs }, deps);

    const web = { project: "default", service: "web" };
    expect(before.services).toEqual([web, left]);
    expect((await deps.directory.load(other.tenantId)).services).toEqual([web]);
    expect((await recordedOf(other.tenantId)).at(-1)?.data["after"]).toMatchObject({
      unwatched: ["north/checkout"],
    });
  });

  test("a forest is seen and taken back by who may see its service's project", async () => {
    const id = "forest.checkout";
    const own = { ...tenant.ctx, projects: ["default"] };
    const foreign = { ...tenant.ctx, projects: ["north"] };

    expect((await listDetectors(own, tenant.deps)).items.map((one) => one.id)).toContain(id);
    const seen = (await listDetectors(foreign, tenant.deps)).items.map(({ kind }) => kind);
    expect(seen.toSorted()).toEqual(["metric", "vector"]);
    await expect(getDetector(foreign, id, tenant.deps)).rejects.toThrow(NotFound);
    const input = { id, version: 1, reason: "mine" };
    await expect(rollBackDetector(foreign, input, tenant.deps)).rejects.toThrow(NotFound);
  });

  test("a run that dies before its end is done again, grows nothing twice and tells of all of it once", async () => {
    const other = await aTenant();
    const dying = {
      ...other.detectors,
      save: (...args: Parameters<typeof other.detectors.save>) =>
        args[1].id === "metric" ? Promise.reject(new Error("killed")) : other.detectors.save(...args),
    };
    await expect(refitTenant(other.ctx, { ...other.deps, detectors: dying })).rejects.toThrow("killed");
    expect(await recordedOf(other.tenantId)).toEqual([]);

    await refitTenant({ ...other.ctx, nowMs: startMs + minuteMs }, other.deps);

    const forest = await other.detectors.get(other.tenantId, "forest.checkout");
    expect(forest?.activeVersion).toBe(1);
    const entries = await recordedOf(other.tenantId);
    expect(entries).toHaveLength(1);
    expect(entries[0]?.data["after"]).toMatchObject({
      "forest.checkout": expect.stringContaining("version 1"),
    });
  });

  test("trouble with a service keeps no metric from its gate, and what was done is on record", async () => {
    const other = await aTenant();
    const failing = {
      ...other.deps.forests,
      save: () => Promise.reject(new Error("no room")),
    };

    await expect(refitTenant(other.ctx, { ...other.deps, forests: failing })).rejects.toThrow("no room");

    expect(await other.detectors.get(other.tenantId, "metric")).toBeDefined();
    expect(await recordedOf(other.tenantId)).toMatchObject([{ data: { after: { summary: { refit: 1 } } } }]);
  });

  test("a round that changes nothing is no entry", async () => {
    const other = stage.tenant();
    const deps = { ...tenant.deps, metrics: memoryMetrics().store };
    const labels = { host: "a" };
    await other.feed([{ atMs: startMs, value: 1, name: "quiet", unit: "ms", labels }], other.worker());
    await refitTenant(other.ctx, deps);
    const first = await recordedOf(other.tenantId);

    await refitTenant({ ...other.ctx, nowMs: startMs + 60 * minuteMs }, deps);

    expect(first).toHaveLength(1);
    expect(await recordedOf(other.tenantId)).toEqual(first);
    expect((await tenant.detectors.get(other.tenantId, "metric"))?.version).toBe(2);
  });

  test("another tenant's detectors are not to be found", async () => {
    const other = { ...tenant.ctx, tenantId: "ten_other" };

    await expect(getDetector(other, "metric", tenant.deps)).rejects.toThrow(NotFound);
    const input = { id: "metric", version: 1, reason: "mine" };
    await expect(rollBackDetector(other, input, tenant.deps)).rejects.toThrow(NotFound);
  });
});
