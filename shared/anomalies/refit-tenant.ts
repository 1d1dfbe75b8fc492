import { hash } from "node:crypto";
import type { MetricStore } from "../metrics/index.ts";
import { isoTime } from "../platform/clock.ts";
import type { Ctx } from "../platform/context.ts";
import type { AnomalyStore } from "./anomaly-store.ts";
import { fewestMetrics } from "./block.ts";
import type { BlockState } from "./block-state.ts";
import { type BlockStore, metricBlockId } from "./block-store.ts";
import { activeOf, type DetectorRecord, judgedRecord, pagingClassesOf } from "./detector-record.ts";
import type { DetectorStore } from "./detector-store.ts";
import type { Directory, DirectoryStore } from "./directory-store.ts";
import { driftOf } from "./drift.ts";
import { fitForest, fittedRecord, fullRows } from "./fit-forest.ts";
import type { ForestStore } from "./forest-store.ts";
import { type Columns, gateOf, gateSeed, ownHistoryCorpus, type SyntheticCorpora, scoresOf } from "./gate.ts";
import { columnsOf, readHistory, type Span } from "./history.ts";
import { metricClassOf } from "./metric-class.ts";
import { vectorClass } from "./pending-of.ts";
import { renewVector } from "./renew-vector.ts";
import { sampleMs, type WatchedSeries } from "./sample.ts";
import type { Gate } from "./schemas.ts";
import { savedRhythm } from "./watch.ts";
import { forestId, vectorBlockId, type WatchedService, watchedOf } from "./watched-service.ts";

export interface RefitDeps {
  anomalies: AnomalyStore;
  blocks: BlockStore;
  directory: DirectoryStore;
  detectors: DetectorStore;
  forests: ForestStore;
  metrics: Pick<MetricStore, "readPoints">;
  synthetic: SyntheticCorpora;
}

const dayMs = 86_400_000;
const hourMs = 3_600_000;
/** What faults are put into: the newest days, at one sample a minute. */
const historyMs = 2 * dayMs;
const blocksAtOnce = 16;
const seriesPerClass = 6;
const mostClasses = 20;
const mostServices = 40;
const servicesForGate = 4;
const forgottenAfterMinutes = 7 * 1_440;

/**
 * Puts a tenant's detectors to the test and grows its forests: each class of metrics goes through the gate on
 * synthetic series and on faults put into its own quiet history; what it passes it may page for. Once a day, or each
 * hour while no class has passed.
 */
export async function refitTenant(ctx: Ctx, deps: RefitDeps): Promise<void> {
  const standing = await deps.detectors.get(ctx.tenantId, "metric");
  if (standing && !isDue(standing, ctx.nowMs)) return;
  const directory = await deps.directory.load(ctx.tenantId);
  if (directory.blocks.length === 0) return;
  const span = { fromMs: ctx.nowMs - historyMs, toMs: ctx.nowMs + 1 };
  const blocks = await loadBlocks(ctx, directory, deps);
  await judgeMetrics(ctx, standing, blocks, span, deps);
  await judgeServices(ctx, directory.services, blocks, span, deps);
  await prune(ctx, directory, blocks, deps);
}

function isDue(record: DetectorRecord, nowMs: number): boolean {
  const everyMs = pagingClassesOf(record).length > 0 ? dayMs : hourMs;
  // The schedule itself comes a little early or late.
  return nowMs - record.fittedMs >= everyMs - hourMs / 2;
}

async function loadBlocks(ctx: Ctx, directory: Directory, { blocks }: RefitDeps): Promise<BlockState[]> {
  const states: BlockState[] = [];
  for (let at = 0; at < directory.blocks.length; at += blocksAtOnce) {
    const wanted = directory.blocks.slice(at, at + blocksAtOnce).map((_, i) => ({
      id: metricBlockId(at + i),
      kind: "metric" as const,
      service: null,
    }));
    for (const { block } of await blocks.loadMany(ctx.tenantId, wanted)) states.push(block.state);
  }
  return states;
}

async function judgeMetrics(
  ctx: Ctx,
  before: DetectorRecord | undefined,
  blocks: readonly BlockState[],
  span: Span,
  deps: RefitDeps,
): Promise<void> {
  const at = isoTime(ctx.nowMs);
  const synthetic = deps.synthetic.series();
  const gates: Gate[] = [];
  const scores: number[] = [];
  for (const [metricClass, series] of await classesOf(ctx, blocks, span, deps)) {
    const histories: Columns[] = [];
    for (const one of series) {
      const samples = await readHistory(ctx.tenantId, one, span, deps.metrics);
      histories.push(columnsOf([{ series: one, samples }]));
    }
    for (const history of histories) scores.push(...scoresOf(history));
    gates.push(gateOf(metricClass, [synthetic, ownHistoryCorpus(histories, gateSeed)], at));
  }
  const known = before && activeOf(before);
  const drift = driftOf(scores, known?.status === "accepted" ? known.drift?.accepted : undefined, at);
  await deps.detectors.save(ctx.tenantId, judgedRecord(before, "metric", { at, gates, drift }));
}

/** Some series of each class, without those in whose history people confirmed that something was wrong. */
async function classesOf(
  ctx: Ctx,
  blocks: readonly BlockState[],
  span: Span,
  { anomalies }: RefitDeps,
): Promise<[string, WatchedSeries[]][]> {
  const troubled = new Set<string>();
  const page = await anomalies.list(
    ctx.tenantId,
    { from: isoTime(span.fromMs), to: isoTime(span.toMs) },
    200,
  );
  for (const { seriesId, feedback } of page.items) {
    const confirmed = feedback.some(({ kind }) => kind !== "dismissed");
    if (seriesId !== null && confirmed) troubled.add(seriesId);
  }
  const classes = new Map<string, WatchedSeries[]>();
  for (const { members, bases } of blocks) {
    members.forEach((member, i) => {
      const base = bases[i];
      if (!base || troubled.has(member.id)) return;
      const name = metricClassOf(member.signal, member.unit, savedRhythm(base));
      classes.set(name, [...(classes.get(name) ?? []), member]);
    });
  }
  return [...classes]
    .sort(([, a], [, b]) => b.length - a.length)
    .slice(0, mostClasses)
    .map(([name, members]) => [name, mixed(members).slice(0, seriesPerClass)]);
}

/** In an order that has nothing to do with names, and is the same each time. */
function mixed(members: readonly WatchedSeries[]): WatchedSeries[] {
  const rank = ({ id }: WatchedSeries) => hash("sha256", `${gateSeed}${id}`, "hex");
  return members.toSorted((a, b) => (rank(a) < rank(b) ? -1 : 1));
}

async function judgeServices(
  ctx: Ctx,
  services: readonly WatchedService[],
  metricBlocks: readonly BlockState[],
  span: Span,
  deps: RefitDeps,
): Promise<void> {
  const at = isoTime(ctx.nowMs);
  const histories: Columns[] = [];
  for (const service of services.slice(0, mostServices)) {
    const wanted = [{ id: vectorBlockId(service), kind: "vector" as const, service }];
    const [stored] = await deps.blocks.loadMany(ctx.tenantId, wanted);
    const members = stored?.block.state.members ?? [];
    if (!stored || members.length < fewestMetrics) continue;
    if (await renewVector(ctx, stored, metricBlocks, deps.blocks)) continue;
    const parts = [];
    for (const series of members) {
      parts.push({ series, samples: await readHistory(ctx.tenantId, series, span, deps.metrics) });
    }
    const columns = columnsOf(parts);
    if (histories.length < servicesForGate) histories.push(columns);
    await growAnew(ctx, service, members, columns, deps);
  }
  if (histories.length === 0) return;
  const corpora = [deps.synthetic.services(), ownHistoryCorpus(histories, gateSeed)];
  const before = await deps.detectors.get(ctx.tenantId, "vector");
  const gates = [gateOf(vectorClass, corpora, at)];
  await deps.detectors.save(ctx.tenantId, judgedRecord(before, "vector", { at, gates, drift: null }));
}

async function growAnew(
  ctx: Ctx,
  service: WatchedService,
  members: readonly WatchedSeries[],
  columns: Columns,
  { detectors, forests }: RefitDeps,
): Promise<void> {
  const rows = fullRows(columns);
  const before = await detectors.get(ctx.tenantId, forestId(service));
  const active = before && activeOf(before);
  const version = (before?.versions[0]?.version ?? 0) + 1;
  const forest = fitForest(
    rows,
    members.map(({ id }) => id),
    version,
  );
  if (!forest) return;
  const previous = active && (await forests.load(ctx.tenantId, service, active.version));
  // The object first: an entry never names a forest that is not there.
  await forests.save(ctx.tenantId, service, forest);
  const fitted = { forest, rows, previous, at: isoTime(ctx.nowMs) };
  await detectors.save(ctx.tenantId, fittedRecord(before, service, fitted));
}

/** Gives the places of series that have been gone for a week to others, and those of services that none is left of. */
async function prune(
  ctx: Ctx,
  directory: Directory,
  blocks: readonly BlockState[],
  deps: RefitDeps,
): Promise<void> {
  const horizon = Math.floor(ctx.nowMs / sampleMs) - forgottenAfterMinutes;
  const gone = new Set(
    blocks.flatMap(({ members, samples, settled }) =>
      members.flatMap(({ id }, i) => {
        const newest = Math.max(settled[i] ?? 0, ...(samples[i]?.keys() ?? []));
        return Number.isFinite(newest) && newest < horizon ? [id] : [];
      }),
    ),
  );
  const living = blocks.flatMap(({ members }) => members.filter(({ id }) => !gone.has(id)));
  const left = await leftServices(ctx, directory, living, deps);
  if (gone.size === 0 && left.size === 0) return;
  const kept = directory.blocks.map((ids) => ids.filter((id) => !gone.has(id)));
  const services = directory.services.filter((one) => !left.has(vectorBlockId(one)));
  await deps.directory.save(ctx.tenantId, { ...directory, blocks: kept, services });
}

/** The services, by block, of which no series is left; one just found has none that is saved yet, and is none of them. */
async function leftServices(
  ctx: Ctx,
  { services }: Directory,
  living: readonly WatchedSeries[],
  { blocks }: RefitDeps,
): Promise<Set<string>> {
  const watched = new Set(living.flatMap(({ labels }) => watchedOf(labels) ?? []).map(vectorBlockId));
  const silent = services.filter((one) => !watched.has(vectorBlockId(one)));
  const summaries = await blocks.summaries(ctx.tenantId, silent);
  return new Set(summaries.filter(({ metricCount }) => metricCount > 0).map(vectorBlockId));
}
