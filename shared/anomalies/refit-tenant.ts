import { hash } from "node:crypto";
import { isoTime } from "../platform/clock.ts";
import type { Ctx } from "../platform/context.ts";
import { Conflict } from "../platform/errors.ts";
import type { BlockState } from "./block-state.ts";
import { metricBlockId } from "./block-store.ts";
import { activeOf, type DetectorRecord, judgedRecord, pagingClassesOf } from "./detector-record.ts";
import type { Directory } from "./directory-store.ts";
import { driftOf } from "./drift.ts";
import { type Columns, gateOf, gateSeed, ownHistoryCorpus, scoresOf } from "./gate.ts";
import { columnsOf, readHistory, type Span } from "./history.ts";
import { metricClassOf } from "./metric-class.ts";
import { actOfRound, aRound, type RefitDeps, type Round } from "./refit-round.ts";
import { judgeServices } from "./refit-services.ts";
import { sampleMs, type WatchedSeries } from "./sample.ts";
import type { Gate } from "./schemas.ts";
import { savedRhythm } from "./watch.ts";
import { vectorBlockId, watchedName, watchedOf } from "./watched-service.ts";

const dayMs = 86_400_000;
const hourMs = 3_600_000;
/** What faults are put into: the newest days, at one sample a minute. */
const historyMs = 2 * dayMs;
const blocksAtOnce = 16;
const seriesPerClass = 6;
const mostClasses = 20;
const forgottenAfterMinutes = 7 * 1_440;
const saveTries = 3;

/**
 * Puts a tenant's detectors to the test and grows its forests: each class of metrics goes through the gate on
 * synthetic series and on faults put into its own quiet history; what it passes it may page for. Once a day, or each
 * hour while no class has passed. The metrics' record ends the round, and owes its one entry of the audit: a run that
 * died before is done again, but for what it had grown.
 */
export async function refitTenant(ctx: Ctx, deps: RefitDeps): Promise<void> {
  const standing = await deps.detectors.get(ctx.tenantId, "metric");
  if (standing && !isDue(standing, ctx.nowMs)) return;
  const directory = await deps.directory.load(ctx.tenantId);
  if (directory.blocks.length === 0) return;
  const span = { fromMs: ctx.nowMs - historyMs, toMs: ctx.nowMs + 1 };
  const blocks = await loadBlocks(ctx, directory, deps);
  const judge = await judgeMetrics(ctx, blocks, span, deps);
  const round = { ...aRound(), endedMs: standing?.fittedMs ?? 0 };
  try {
    await judgeServices(ctx, { services: directory.services, blocks, span, round }, deps);
    await prune(ctx, directory, blocks, round, deps);
  } finally {
    await endRound(ctx, judge, round, deps);
  }
}

async function endRound(ctx: Ctx, judge: Judge, round: Round, { detectors }: RefitDeps): Promise<void> {
  for (let tries = 0; tries < saveTries; tries++) {
    const before = await detectors.get(ctx.tenantId, "metric");
    const after = judge(before);
    const told = { ...round, detectors: [{ before, after }, ...round.detectors] };
    if ((await detectors.save(ctx.tenantId, after, actOfRound(ctx, told, after))) === "saved") return;
  }
  throw new Conflict("The detector of metrics was changed again and again while it was judged.");
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

/** What the gates made of a record as it stands. */
type Judge = (before: DetectorRecord | undefined) => DetectorRecord;

async function judgeMetrics(
  ctx: Ctx,
  blocks: readonly BlockState[],
  span: Span,
  deps: RefitDeps,
): Promise<Judge> {
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
  return (before) => {
    const known = before && activeOf(before);
    const drift = driftOf(scores, known?.status === "accepted" ? known.drift?.accepted : undefined, at);
    return judgedRecord(before, "metric", { at, gates, drift });
  };
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

/**
 * Gives the places of series that have been gone for a week to others, and those of services that none is left of;
 * the round is told.
 */
async function prune(
  ctx: Ctx,
  directory: Directory,
  blocks: readonly BlockState[],
  round: Round,
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
  const kept = directory.blocks.map((ids) => ids.filter((id) => !gone.has(id)));
  const listed = (all: readonly (readonly string[])[]) => all.reduce((sum, ids) => sum + ids.length, 0);
  const forgotten = listed(directory.blocks) - listed(kept);
  if (forgotten === 0 && left.size === 0) return;
  const services = directory.services.filter((one) => !left.has(vectorBlockId(one)));
  const saved = await deps.directory.save(ctx.tenantId, { ...directory, blocks: kept, services });
  if (saved !== "saved") return;
  round.forgotten = forgotten;
  round.unwatched = directory.services.filter((one) => left.has(vectorBlockId(one))).map(watchedName);
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
