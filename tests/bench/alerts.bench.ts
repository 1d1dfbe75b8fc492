import { type AlertRecord, toAlert } from "../../shared/alerts/alert-record.ts";
import { alertItem, makeAlertStore } from "../../shared/alerts/alert-store.ts";
import { openEntryOf } from "../../shared/alerts/change.ts";
import { makeDecisionStore } from "../../shared/alerts/decision-store.ts";
import { scopeOf } from "../../shared/alerts/evaluate-rule.ts";
import { makeMinuteGate } from "../../shared/alerts/evaluation-summary.ts";
import { getAlert } from "../../shared/alerts/get-alert.ts";
import { alertIdOf } from "../../shared/alerts/group.ts";
import { listAlerts } from "../../shared/alerts/list-alerts.ts";
import { makeOpenAlertStore } from "../../shared/alerts/open-alert-store.ts";
import { makeRuleCache } from "../../shared/alerts/rule-cache.ts";
import { makeRuleStore } from "../../shared/alerts/rule-store.ts";
import { AlertFilter, type AlertRule } from "../../shared/alerts/schemas.ts";
import { blankStatus } from "../../shared/alerts/transition.ts";
import { aCtx, aReceived, aRule, noonMs } from "../alerts/builders.ts";
import { memoryMetrics } from "../alerts/memory-metrics.ts";
import { evaluateBatch } from "../alerts/stage.ts";
import { startTestTable } from "../support/table.ts";
import type { BenchRow } from "./row.ts";

type World = Awaited<ReturnType<typeof aWorld>>;

const seedAtOnce = 2_500;
const rounds = 60;
const tenantId = "ten_bench";

/** A tenant with this many firing warnings of one rule, and one critical alert of another rule on one host. */
async function aWorld(open: number) {
  const { table, stop } = await startTestTable(() => noonMs);
  process.once("disconnect", () => void stop());
  const ruleStore = makeRuleStore(table);
  const stores = {
    alerts: makeAlertStore(table),
    openAlerts: makeOpenAlertStore(table),
    decisions: makeDecisionStore(table),
    publish: () => Promise.resolve(),
  };
  const many = aRule({ id: "rul_many", groupBy: ["*"], thresholds: { warning: 90 } });
  const few = aRule({ id: "rul_few", metric: "load", groupBy: ["*"] });
  for (const rule of [many, few]) await ruleStore.save(tenantId, { rule, deletedBy: null }, null);
  const needle = aFiringAlert(few, "needle", "critical");
  const records = [
    needle,
    ...Array.from({ length: open }, (_, i) => aFiringAlert(many, `seed-${i}`, "warning")),
  ];
  for (let at = 0; at < records.length; at += seedAtOnce) {
    const part = records.slice(at, at + seedAtOnce);
    await table.putMany(tenantId, part.map(alertItem));
    await stores.openAlerts.note(
      tenantId,
      part.flatMap((record) => openEntryOf(record, noonMs) ?? []),
    );
  }
  const deps = {
    ...stores,
    rules: makeRuleCache(ruleStore),
    metrics: memoryMetrics().store,
    summaryDue: makeMinuteGate(),
  };
  return { deps, needle };
}

function aFiringAlert(rule: AlertRule, host: string, severity: "warning" | "critical"): AlertRecord {
  return {
    id: alertIdOf(tenantId, `${rule.id}-${host}`),
    project: "default",
    ruleId: rule.id,
    ruleVersion: 1,
    ruleName: rule.name,
    metric: rule.metric,
    fingerprint: `${rule.id}-${host}`,
    ruleLabels: {},
    groupLabels: { host },
    annotations: {},
    unit: "%",
    value: 95,
    threshold: 90,
    reason: "It was seeded.",
    status: { ...blankStatus, state: "firing", severity, startedMs: noonMs, dataMs: noonMs },
    scope: scopeOf(rule),
    arrivedMs: noonMs,
    evaluatedMs: noonMs,
    version: 1,
    openVersion: 1,
    cause: "seed",
    decisions: [],
  };
}

let written = 0;

/** A host's first crossing: judged, saved, told, recorded. */
async function fireOne({ deps }: World): Promise<void> {
  const batch = aReceived([{ atMs: noonMs, value: 95, labels: { host: `new-${written++}` } }]);
  await evaluateBatch(aCtx({ tenantId, causationId: batch.batchId }), batch, deps);
}

const ctx = aCtx({ tenantId });
const findings: ((world: World) => Promise<number>)[] = [
  async ({ deps, needle }) => [await getAlert(ctx, needle.id, deps.alerts)].length,
  ...[
    { label: "host=needle", state: "firing" },
    { severity: "critical", state: "firing" },
    { ruleId: "rul_few", state: "firing" },
  ].map((filter) => async ({ deps, needle }: World) => {
    const { items } = await listAlerts(ctx, AlertFilter.parse(filter), deps);
    return items.filter(({ id }) => id === toAlert(needle).id).length;
  }),
];

async function findOne(world: World, find: (world: World) => Promise<number>): Promise<void> {
  if ((await find(world)) !== 1) throw new Error("The alert was not found.");
}

/** How many times longer the median takes in the large world than in the small one, taken in turns. */
async function ratioOf(small: World, large: World, act: (world: World) => Promise<void>): Promise<number> {
  const tookMs: { small: number[]; large: number[] } = { small: [], large: [] };
  for (let round = 0; round < rounds; round++) {
    tookMs.small.push(await timed(() => act(small)));
    tookMs.large.push(await timed(() => act(large)));
  }
  return median(tookMs.large) / median(tookMs.small);
}

async function timed(act: () => Promise<void>): Promise<number> {
  const startedMs = performance.now();
  await act();
  return performance.now() - startedMs;
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN;
}

/** Seeded and warmed up when first asked for. */
function onceWarm(open: number, act: (world: World) => Promise<void>): () => Promise<World> {
  let world: Promise<World> | undefined;
  const make = async () => {
    const made = await aWorld(open);
    for (let i = 0; i < rounds; i++) await act(made);
    return made;
  };
  return () => {
    world ??= make();
    return world;
  };
}

const findEach = async (world: World) => {
  for (const find of findings) await findOne(world, find);
};
const write = { small: onceWarm(100, fireOne), large: onceWarm(100_000, fireOne) };
const read = { small: onceWarm(100, findEach), large: onceWarm(10_000, findEach) };

export const rows: BenchRow[] = [
  {
    name: "one alert read by id or by filter with 10,000 open against 100",
    unit: "×",
    must: 1.2,
    aim: 1,
    /** The slowest way of finding it. */
    async measure() {
      const [small, large] = [await read.small(), await read.large()];
      const ratios: number[] = [];
      for (const find of findings) ratios.push(await ratioOf(small, large, (world) => findOne(world, find)));
      return Math.max(...ratios);
    },
  },
  {
    name: "alert write with 100,000 open alerts against 100",
    unit: "×",
    must: 1.2,
    aim: 1,
    async measure() {
      return ratioOf(await write.small(), await write.large(), fireOne);
    },
  },
];
