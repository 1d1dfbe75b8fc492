import { type MetricStore, parseTimeRange } from "../metrics/index.ts";
import { isoTime } from "../platform/clock.ts";
import type { Ctx } from "../platform/context.ts";
import { eachInParallel } from "../platform/each-in-parallel.ts";
import { Invalid, NotFound } from "../platform/errors.ts";
import { maySeeProject, meantProject } from "../platform/labels/project.ts";
import type { AnomalyStore } from "./anomaly-store.ts";
import type { ApplyDeps } from "./apply-changes.ts";
import { fewestMetrics } from "./block.ts";
import type { BlockStore } from "./block-store.ts";
import type { DirectoryStore } from "./directory-store.ts";
import type { Columns } from "./gate.ts";
import { columnsOf, readHistory } from "./history.ts";
import { isSeen } from "./list-anomalies.ts";
import { MetricDetector } from "./metric-detector.ts";
import { anomaliesIn } from "./overlapping.ts";
import { sampleMs, type WatchedSeries } from "./sample.ts";
import type { Anomaly, VectorList, VectorQuery, VectorView } from "./schemas.ts";
import { decision } from "./settings.ts";
import { VectorDetector } from "./vector-detector.ts";
import { serviceOfAnomaly, vectorBlockId, type WatchedService } from "./watched-service.ts";

export interface VectorDeps {
  anomalies: AnomalyStore;
  blocks: BlockStore;
  directory: DirectoryStore;
  metrics: Pick<MetricStore, "readPoints">;
  opinionOf: ApplyDeps["opinionOf"];
}

const hourMs = 3_600_000;
const longestSpanMs = 24 * hourMs;
/** What the detectors are shown before the span, so that they know the service. */
const warmMs = 6 * hourMs;
const mostSteps = 300;
const readsAtOnce = 8;

/** The services watched as a whole that may be seen, the most unusual first. */
export async function listVectors(ctx: Ctx, deps: VectorDeps): Promise<VectorList> {
  const directory = await deps.directory.load(ctx.tenantId);
  const services = directory.services.filter(({ project }) => maySeeProject(ctx, project));
  const open = await deps.anomalies.listOpen(ctx.tenantId);
  const summaries = await deps.blocks.summaries(ctx.tenantId, services);
  const items = summaries
    .filter(({ metricCount }) => metricCount >= fewestMetrics)
    .map(({ metricCount, atMs, score, ...watched }) => ({
      ...watched,
      metricCount,
      at: atMs === null ? null : isoTime(atMs),
      score,
      openAnomalyId: open.find((one) => one.kind === "vector" && isOf(one, watched))?.id ?? null,
    }))
    .sort((a, b) => (b.score ?? -1) - (a.score ?? -1));
  return { items };
}

function isOf(anomaly: Anomaly, { project, service }: WatchedService): boolean {
  const own = serviceOfAnomaly(anomaly);
  return own.service === service && own.project === project;
}

/**
 * How unusual a service was as a whole, minute by minute, and how far each of its metrics was off, by detectors that
 * have seen the six hours before. Throws NotFound for a service not watched, or of a project that may not be seen, and
 * Invalid for more than a day.
 */
export async function readVector(
  ctx: Ctx,
  service: string,
  query: VectorQuery,
  deps: VectorDeps,
): Promise<VectorView> {
  const watched = { project: meantProject(ctx, query.project), service };
  if (!maySeeProject(ctx, watched.project)) throw new NotFound("service watched as a whole", service);
  const span = parseTimeRange(query.from, query.to, ctx.nowMs);
  if (span.toMs - span.fromMs > longestSpanMs) {
    throw new Invalid("A service is looked at minute by minute, so for a day at most; ask for less.", "from");
  }
  const members = await membersOf(ctx.tenantId, watched, deps);
  const histories = new Map<string, Awaited<ReturnType<typeof readHistory>>>();
  await eachInParallel(members, readsAtOnce, async (member) => {
    const wide = { fromMs: span.fromMs - warmMs, toMs: span.toMs };
    histories.set(member.id, await readHistory(ctx.tenantId, member, wide, deps.metrics));
  });
  const columns = columnsOf(members.map((series) => ({ series, samples: histories.get(series.id) ?? [] })));
  const first = columns.timesMs.findIndex((timeMs) => timeMs >= span.fromMs);
  const from = first < 0 ? columns.timesMs.length : first;
  const each = Math.max(1, Math.ceil((columns.timesMs.length - from) / mostSteps));
  const drawn = draw(columns);
  const share = sharesOf(drawn.strangeness);
  return {
    ...watched,
    stepMs: each * sampleMs,
    timesMs: thinned(columns.timesMs.slice(from), each, (times) => times[0] ?? 0),
    score: peaks(drawn.score.slice(from), each),
    thresholds: { ...decision.thresholds },
    metrics: members
      .map(({ metric, labels, unit }, i) => ({
        ...{ metric, labels, unit },
        share: share[i] ?? 0,
        strangeness: peaks((drawn.strangeness[i] ?? []).slice(from), each),
      }))
      .sort((a, b) => b.share - a.share),
    secondOpinion: (await deps.opinionOf(ctx.tenantId, watched, newestRow(members, columns))) ?? {
      modelVersion: null,
      isolation: null,
      agrees: null,
    },
    anomalies: await anomaliesIn(
      ctx.tenantId,
      span,
      (one) => isOf(one, watched) && isSeen(ctx, one),
      deps.anomalies,
    ),
  };
}

async function membersOf(
  tenantId: string,
  service: WatchedService,
  { blocks }: VectorDeps,
): Promise<WatchedSeries[]> {
  const wanted = [{ id: vectorBlockId(service), kind: "vector" as const, service }];
  const members = (await blocks.loadMany(tenantId, wanted))[0]?.block.state.members ?? [];
  if (members.length < fewestMetrics) throw new NotFound("service watched as a whole", service.service);
  return members;
}

function draw({ timesMs, metrics }: Columns) {
  const whole = new VectorDetector();
  const single = metrics.map(() => new MetricDetector());
  const score: number[] = [];
  const strangeness: (number | null)[][] = metrics.map(() => []);
  timesMs.forEach((timeMs, t) => {
    const row = metrics.map((values) => values[t] ?? null);
    score.push(whole.observe(timeMs, row).score);
    single.forEach((detector, i) => {
      detector.observe(timeMs, row[i]);
      strangeness[i]?.push(row[i] === null ? null : detector.strangeness);
    });
  });
  return { score, strangeness };
}

/** Each metric's part of the newest row's strangeness. */
function sharesOf(strangeness: readonly (readonly (number | null)[])[]): number[] {
  const squares = strangeness.map((line) => (line.at(-1) ?? 0) ** 2);
  const sum = squares.reduce((total, square) => total + square, 0);
  return squares.map((square) => (sum > 0 ? square / sum : 0));
}

function newestRow(members: readonly WatchedSeries[], { metrics }: Columns) {
  return members.map(({ id }, i) => ({
    seriesId: id,
    value: metrics[i]?.findLast((value) => value !== null) ?? null,
  }));
}

/** The largest of each few. */
function peaks(line: readonly (number | null)[], each: number): (number | null)[] {
  return thinned(line, each, (part) => {
    const known = part.filter((value) => value !== null);
    return known.length > 0 ? Math.max(...known) : null;
  });
}

function thinned<T, R>(line: readonly T[], each: number, of: (part: readonly T[]) => R): R[] {
  const found: R[] = [];
  for (let at = 0; at < line.length; at += each) found.push(of(line.slice(at, at + each)));
  return found;
}
