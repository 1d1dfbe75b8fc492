import type { Page } from "../platform/aws/tenant-table.ts";
import type { Ctx } from "../platform/context.ts";
import { eachInParallel } from "../platform/each-in-parallel.ts";
import type { Matcher } from "../platform/labels/matchers.ts";
import { projectMatchers } from "../platform/labels/project.ts";
import type { MetricStore } from "./metric-store.ts";
import type { MetricInfo } from "./schemas.ts";

const askedAtOnce = 10;

/**
 * One page of the tenant's metrics. For who is narrowed to projects, those that have a series there; how many
 * series a metric has is counted over the whole tenant all the same.
 */
export async function listMetrics(
  { tenantId, projects }: Ctx,
  { limit, cursor }: { limit: number; cursor: string | undefined },
  store: MetricStore,
): Promise<Page<MetricInfo>> {
  const page = await store.listMetrics(tenantId, limit, cursor);
  if (!projects) return page;
  const matchers = projectMatchers(projects);
  const shown = new Set<string>();
  await eachInParallel(page.items, askedAtOnce, async ({ name }) => {
    if (await hasSeries(tenantId, name, matchers, store)) shown.add(name);
  });
  return { ...page, items: page.items.filter(({ name }) => shown.has(name)) };
}

async function hasSeries(
  tenantId: string,
  name: string,
  matchers: readonly Matcher[],
  store: MetricStore,
): Promise<boolean> {
  let cursor: string | undefined;
  do {
    const page = await store.listSeries(tenantId, name, matchers, 100, cursor);
    if (page.items.length > 0) return true;
    cursor = page.cursor;
  } while (cursor);
  return false;
}
