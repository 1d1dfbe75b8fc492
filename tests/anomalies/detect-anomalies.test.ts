import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { readSamples } from "../../shared/anomalies/detect-anomalies.ts";
import type { Anomaly } from "../../shared/anomalies/schemas.ts";
import { aReceived, type Sample } from "../alerts/builders.ts";
import { noiseAt } from "./builders.ts";
import { minuteMs, type Stage, startMs, startStage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.stop());

const labels = { "service.name": "checkout" };
const at = (minute: number, value: number, name = "latency"): Sample => ({
  atMs: startMs + minute * minuteMs,
  value,
  name,
  labels,
});
const quiet = (minute: number, name?: string) => at(minute, 100 + noiseAt(minute), name);
/** Noise for `from` minutes, then far off for ten, then noise again. */
const spell = (minute: number, from = 200) =>
  minute >= from && minute < from + 10 ? at(minute, 160 + noiseAt(minute)) : quiet(minute);
const minutes = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

/** Batches of half an hour each. */
function batches(samples: readonly Sample[], size = 30): Sample[][] {
  const all: Sample[][] = [];
  for (let i = 0; i < samples.length; i += size) all.push(samples.slice(i, i + size));
  return all;
}

async function listed(tenant: ReturnType<Stage["tenant"]>): Promise<Anomaly[]> {
  const span = { from: "2026", to: "2027" };
  return (await tenant.anomalies.list(tenant.tenantId, span, 50)).items;
}

const samplesIn = (samples: readonly Sample[]) => readSamples(aReceived(samples));

/** What was not taken back after late points had come. */
function lasting(all: readonly Anomaly[]) {
  return all
    .filter(({ outcome }) => outcome !== "withdrawn")
    .map(({ startedAt, score, outcome }) => ({ startedAt, score, outcome }));
}

test("a series that leaves its band is one anomaly, told once and ended when it is back", async () => {
  const tenant = stage.tenant();
  const worker = tenant.worker();

  for (const batch of batches(minutes(0, 240).map((minute) => spell(minute))))
    await tenant.feed(batch, worker);

  const [anomaly, ...more] = await listed(tenant);
  expect(more).toEqual([]);
  expect(anomaly).toMatchObject({
    state: "ended",
    outcome: "calm",
    metric: "latency",
    service: "checkout",
    startedAt: new Date(startMs + 200 * minuteMs).toISOString(),
    metricClass: "value/ratio/none",
  });
  expect(anomaly?.value).toBeGreaterThan(anomaly?.band?.high ?? Number.POSITIVE_INFINITY);
  expect(tenant.published.map(({ type }) => type)).toEqual(["anomaly.detected.v1", "anomaly.ended.v1"]);
  const { items } = await tenant.anomalies.listDecisions(tenant.tenantId, anomaly?.id ?? "", 10);
  expect(items.map(({ outcome }) => outcome).toReversed()).toEqual(["detected", "ended"]);
});

test("R-01: every batch twice yields what each once does", async () => {
  const once = stage.tenant();
  const twice = stage.tenant();
  const samples = batches(minutes(0, 240).map((minute) => spell(minute)));
  const [one, two] = [once.worker(), twice.worker()];

  for (const batch of samples) {
    await once.feed(batch, one);
    await twice.feed(batch, two);
    await twice.feed(batch, two);
  }

  expect(twice.published.map(({ type, data }) => [type, data["since"], data["score"]])).toEqual(
    once.published.map(({ type, data }) => [type, data["since"], data["score"]]),
  );
});

test("two workers that share the batches lose nothing and tell nothing twice", async () => {
  const alone = stage.tenant();
  const shared = stage.tenant();
  const before = minutes(0, 195).map((minute) => spell(minute));
  const samples = batches(
    minutes(195, 243).map((minute) => spell(minute)),
    2,
  );
  const one = alone.worker();
  const workers = [shared.worker(), shared.worker()];
  await alone.feed(before, one);
  await shared.feed(before, shared.worker());

  for (const batch of samples) await alone.feed(batch, one);
  for (let i = 0; i < samples.length; i += 2) {
    await Promise.all(workers.map((worker, w) => shared.feed(samples[i + w] ?? [], worker)));
  }

  expect(lasting(await listed(shared))).toEqual(lasting(await listed(alone)));
  expect((await listed(shared)).every(({ state }) => state === "ended")).toBe(true);
});

test("R-04: batches that arrive in any order within five minutes end in the same anomalies", async () => {
  const sorted = stage.tenant();
  const mixed = stage.tenant();
  const before = minutes(0, 195).map((minute) => spell(minute));
  const samples = minutes(195, 245).map((minute) => [spell(minute)]);
  const [one, two] = [sorted.worker(), mixed.worker()];
  await sorted.feed(before, one);
  await mixed.feed(before, two);

  for (const batch of samples) await sorted.feed(batch, one);
  for (let i = 0; i < samples.length; i += 3) {
    for (const batch of samples.slice(i, i + 3).reverse()) await mixed.feed(batch, two);
  }

  expect(lasting(await listed(mixed))).toEqual(lasting(await listed(sorted)));
});

describe("a process that dies", () => {
  test("F15: after the save and before the event: the batch delivered again completes it", async () => {
    const tenant = stage.tenant();
    const samples = batches(
      minutes(0, 202).map((minute) => spell(minute)),
      2,
    );
    const dying = tenant.worker({
      permitOf: async () => {
        throw new Error("killed");
      },
    });
    const well = tenant.worker();
    for (const batch of samples.slice(0, -1)) await tenant.feed(batch, well);

    await expect(tenant.feed(samples.at(-1) ?? [], dying)).rejects.toThrow("killed");
    expect(tenant.published).toEqual([]);
    await tenant.feed(samples.at(-1) ?? [], tenant.worker());

    expect(tenant.events("anomaly.detected.v1")).toHaveLength(1);
    expect(await listed(tenant)).toHaveLength(1);
  });

  test("a fresh process goes on exactly where another stopped", async () => {
    const one = stage.tenant();
    const many = stage.tenant();
    const samples = batches(
      minutes(0, 240).map((minute) => spell(minute)),
      7,
    );
    const worker = one.worker();

    for (const batch of samples) {
      await one.feed(batch, worker);
      await many.feed(batch, many.worker());
    }

    expect(many.published.map(({ type, data }) => [type, data["score"], data["expected"]])).toEqual(
      one.published.map(({ type, data }) => [type, data["score"], data["expected"]]),
    );
  });
});

test("points between the minutes cost neither a read nor a write", async () => {
  const tenant = stage.tenant();
  let saves = 0;
  const worker = tenant.worker();
  const blocks = {
    ...worker.blocks,
    save: (...given: Parameters<typeof worker.blocks.save>) => {
      saves++;
      return worker.blocks.save(...given);
    },
  };

  for (const seconds of [0, 15, 30, 45, 60, 75]) {
    const sample = { ...quiet(0), atMs: startMs + seconds * 1_000, labels: {} };
    await tenant.feed([sample], { ...worker, blocks });
  }

  expect(saves).toBe(2);
});

test("a service whose metrics each stray a little is an anomaly as a whole, and its metrics are named", async () => {
  const tenant = stage.tenant();
  const worker = tenant.worker();
  const names = ["a", "b", "c", "d", "e", "f", "g", "h"];
  const row = (minute: number) =>
    names.map((name, i) => {
      const noise = noiseAt(minute * 31 + i * 977);
      const strays = minute >= 220 && i < 4;
      return at(minute, 100 + noise + (strays ? 40 : 0), name);
    });

  for (const batch of batches(minutes(0, 230).flatMap(row), 8 * 50)) await tenant.feed(batch, worker);

  const vector = (await listed(tenant)).find(({ kind }) => kind === "vector");
  expect(vector).toMatchObject({ service: "checkout", metric: null, labels });
  expect(vector?.contributions.map(({ metric }) => metric).every((metric) => "abcd".includes(metric))).toBe(
    true,
  );
  expect(vector?.contributions.length).toBeGreaterThan(0);
});

describe("a service of one name in two projects", () => {
  const names = ["a", "b", "c", "d"];
  const ofProject = (project: string) => ({ ...labels, "sentinelops.project": project });
  /** One sample of each metric; those of the projects named stray together from minute 220 on. */
  const rowOf = (minute: number, project: string, strays: boolean): Sample[] =>
    names.map((name, i) => ({
      ...at(minute, 100 + noiseAt(minute * 31 + i * 977) + (strays && minute >= 220 ? 40 : 0), name),
      labels: project === "default" ? labels : ofProject(project),
    }));
  const vectorsOf = async (tenant: ReturnType<Stage["tenant"]>) =>
    (await listed(tenant)).filter(({ kind }) => kind === "vector");

  async function fedTo(strays: readonly string[]) {
    const tenant = stage.tenant();
    const worker = tenant.worker();
    const samples = minutes(0, 230).flatMap((minute) =>
      ["default", "north"].flatMap((project) => rowOf(minute, project, strays.includes(project))),
    );
    for (const batch of batches(samples, 8 * 50)) await tenant.feed(batch, worker);
    return tenant;
  }

  test("is watched as two: what strays in one is no anomaly of the other", async () => {
    const tenant = await fedTo(["north"]);

    const [vector, ...more] = await vectorsOf(tenant);
    expect(more).toEqual([]);
    expect(vector).toMatchObject({ service: "checkout", labels: ofProject("north") });
    expect(vector?.contributions.map((one) => one.labels)).toEqual(
      vector?.contributions.map(() => ofProject("north")),
    );
    expect(tenant.events("anomaly.detected.v1").find(({ data }) => data["kind"] === "vector")?.data).toEqual(
      expect.objectContaining({ labels: ofProject("north") }),
    );
  });

  test("has two anomalies where both stray in the same minute", async () => {
    const vectors = await vectorsOf(await fedTo(["default", "north"]));

    expect(new Set(vectors.map(({ id }) => id)).size).toBe(2);
    expect(vectors.map((one) => one.labels)).toEqual(expect.arrayContaining([labels, ofProject("north")]));
  });

  test("is watched as two by a worker that finds the watch of both together, which begins anew", async () => {
    const tenant = stage.tenant();
    const deps = tenant.worker();
    const both = { project: "default", service: "checkout" };
    const wanted = [{ id: tenant.vectorId(both), kind: "vector" as const, service: both }];
    const [stored] = await deps.blocks.loadMany(tenant.tenantId, wanted);
    for (const project of ["default", "north"]) {
      for (const { series } of samplesIn(rowOf(0, project, false))) stored?.block.add(series);
    }
    if (stored) await deps.blocks.save(tenant.tenantId, stored, { nowMs: startMs, maySettle: false });

    await tenant.feed([...rowOf(1, "default", false), ...rowOf(1, "north", false)], deps);

    const [after] = await deps.blocks.loadMany(tenant.tenantId, wanted);
    expect(after?.block.state.members.map((member) => member.labels)).toEqual(names.map(() => labels));
  });
});

test("another tenant's series of the same name is another series", async () => {
  const one = stage.tenant();
  const other = stage.tenant();
  const worker = one.worker();

  for (const batch of batches(minutes(0, 210).map((minute) => spell(minute)))) await one.feed(batch, worker);
  await other.feed([at(210, 160)], worker);

  expect(await listed(other)).toEqual([]);
  expect((await listed(one)).length).toBe(1);
});
