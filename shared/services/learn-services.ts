import type { SeriesCatalog } from "../metrics/index.ts";
import type { MetricInfo } from "../metrics/schemas.ts";
import type { Ctx } from "../platform/context.ts";
import { eachInParallel } from "../platform/each-in-parallel.ts";
import { mergeSeen, nothingSeen, type Observation, type Observations, observe } from "./observation.ts";
import type { LearnState, ServiceStore } from "./service-store.ts";

export interface LearnDeps {
  index: SeriesCatalog;
  services: ServiceStore;
}

/** A metric whose series are the same in number is read again after this, for what is still alive. */
const readAgainMs = 6 * 3_600_000;
/** A series' index row is renewed every six hours; one that is older than this has ended. */
const aliveMs = 13 * 3_600_000;
const maxMetrics = 4_000;
const maxMetricsARun = 300;
const maxSeriesAMetric = 2_000;
const pageSize = 500;
const readsAtOnce = 8;

/**
 * Learns a tenant's services, project by project, their hosts and who calls whom from the labels in the index of series: only
 * metrics that got new series, or were not looked at for six hours, are read, and no point ever is. Returns how
 * many metrics it read; more than fit one run wait for the next.
 */
export async function learnServices(ctx: Ctx, deps: LearnDeps): Promise<number> {
  const { due, observations, state } = await observeNew(ctx, deps);
  if (due === 0) return 0;
  await deps.services.saveLearned(ctx.tenantId, observations, ctx.nowMs);
  await deps.services.saveLearnState(ctx.tenantId, state);
  return due;
}

/** What the index shows beyond what was learned, joined to it, without writing anything; of `only` this project, if named. */
export async function observeNew(
  { tenantId, nowMs }: Pick<Ctx, "tenantId" | "nowMs">,
  { index, services }: LearnDeps,
  only?: string,
): Promise<{ due: number; observations: Observations; state: LearnState }> {
  const [metrics, state] = await Promise.all([listMetrics(tenantId, index), services.learnState(tenantId)]);
  const due = metrics.filter((metric) => isDue(metric, state, nowMs)).slice(0, maxMetricsARun);
  const fresh: Observations = new Map();
  await eachInParallel(due, readsAtOnce, ({ name }) => observeMetric(tenantId, name, nowMs, index, fresh));
  const observations: Observations = new Map();
  const wanted = [...fresh].filter(([project]) => only === undefined || project === only);
  await eachInParallel(wanted, readsAtOnce, async ([project, observation]) => {
    const known = await knownOf(tenantId, project, [...observation.keys()], services);
    const joined = [...observation].map(
      ([name, seen]) => [name, mergeSeen(known.get(name) ?? nothingSeen(), seen, nowMs)] as const,
    );
    observations.set(project, new Map(joined));
  });
  for (const { name, seriesCount } of due) state.set(name, { series: seriesCount, atMs: nowMs });
  return { due: due.length, observations, state };
}

function isDue({ name, seriesCount }: MetricInfo, state: LearnState, nowMs: number): boolean {
  const read = state.get(name);
  return read === undefined || read.series !== seriesCount || nowMs - read.atMs > readAgainMs;
}

async function listMetrics(tenantId: string, index: SeriesCatalog): Promise<MetricInfo[]> {
  const metrics: MetricInfo[] = [];
  let cursor: string | undefined;
  do {
    const page = await index.metrics(tenantId, pageSize, cursor);
    metrics.push(...page.items);
    cursor = page.cursor;
  } while (cursor && metrics.length < maxMetrics);
  return metrics;
}

async function observeMetric(
  tenantId: string,
  name: string,
  nowMs: number,
  index: SeriesCatalog,
  into: Observations,
): Promise<void> {
  let cursor: string | undefined;
  let read = 0;
  do {
    const page = await index.series(tenantId, name, pageSize, cursor);
    for (const { series, lastSeenMs } of page.items) {
      if (nowMs - lastSeenMs <= aliveMs) observe(into, name, series.labels, lastSeenMs);
    }
    read += page.items.length;
    cursor = page.cursor;
  } while (cursor && read < maxSeriesAMetric);
}

async function knownOf(
  tenantId: string,
  project: string,
  names: readonly string[],
  services: ServiceStore,
): Promise<Observation> {
  const [learned, metrics] = await Promise.all([
    services.learnedOf(tenantId, project, names),
    services.metricsOf(tenantId, project, names),
  ]);
  return new Map(
    [...learned].map(([name, seen]) => [name, { ...seen, metrics: metrics.get(name) ?? new Map() }]),
  );
}
