import type { ActiveSeries, MetricStore } from "../metrics/index.ts";
import type { Cardinality } from "./schemas.ts";

const metricsPage = 200;
/** More names than a person reads; what lies beyond is said to be there. */
const maxMetrics = 5_000;
const worst = 10;
const seriesPage = 500;
const maxSeries = 2_000;
const shownLabels = 5;
const shownValues = 5;

type Metrics = Pick<MetricStore, "listMetrics" | "listSeries">;

export interface OffendersDeps {
  metrics: Metrics;
  active: Pick<ActiveSeries, "count">;
}

/**
 * Which metrics have the most series, and which of their labels multiplies them: the one with the most distinct
 * values comes first. Of a metric with more than 2,000 series as many are looked at.
 */
export async function findOffenders(
  tenantId: string,
  limit: number,
  { metrics, active }: OffendersDeps,
): Promise<Cardinality> {
  const [{ all, complete }, series] = await Promise.all([listAll(tenantId, metrics), active.count(tenantId)]);
  const largest = [...all].sort((a, b) => b.seriesCount - a.seriesCount).slice(0, worst);
  return {
    series,
    limit,
    complete,
    metrics: await Promise.all(
      largest.map(async ({ name, seriesCount }) => ({
        metric: name,
        series: seriesCount,
        labels: await labelsOf(tenantId, name, metrics),
      })),
    ),
  };
}

async function listAll(tenantId: string, metrics: Metrics) {
  const all: { name: string; seriesCount: number }[] = [];
  let cursor: string | undefined;
  do {
    const page = await metrics.listMetrics(tenantId, metricsPage, cursor);
    all.push(...page.items);
    cursor = page.cursor;
  } while (cursor && all.length < maxMetrics);
  return { all, complete: cursor === undefined };
}

async function labelsOf(tenantId: string, name: string, metrics: Metrics) {
  const values = new Map<string, Set<string>>();
  let seen = 0;
  let cursor: string | undefined;
  do {
    const page = await metrics.listSeries(tenantId, name, [], seriesPage, cursor);
    for (const { labels } of page.items) {
      for (const [label, value] of Object.entries(labels)) {
        const known = values.get(label) ?? new Set();
        values.set(label, known.add(value));
      }
    }
    seen += page.items.length;
    cursor = page.cursor;
  } while (cursor && seen < maxSeries);
  return [...values]
    .map(([label, known]) => ({ label, values: known.size, examples: [...known].slice(0, shownValues) }))
    .sort((a, b) => b.values - a.values || (a.label < b.label ? -1 : 1))
    .slice(0, shownLabels);
}
