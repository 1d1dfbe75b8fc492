import { forecastContracts } from "../../shared/anomalies/contracts.ts";
import { forecastMetric } from "../../shared/anomalies/forecast-metric.ts";
import { metricContracts } from "../../shared/metrics/contracts.ts";
import { listMetrics } from "../../shared/metrics/list-metrics.ts";
import { queryMetrics } from "../../shared/metrics/query-metrics.ts";
import { readIngestRate } from "../../shared/metrics/read-ingest-rate.ts";
import { contracted } from "../../shared/platform/http/contract.ts";
import type { HttpReply } from "../../shared/platform/http/request.ts";
import { parseMatchers } from "../../shared/platform/labels/matchers.ts";
import { projectMatchers } from "../../shared/platform/labels/project.ts";
import type { Services } from "./services.ts";

export const routes = contracted({ ...metricContracts, ...forecastContracts }).with<Services>({
  "GET /api/metrics": async ({ query: { limit, cursor } }, ctx, { store }) =>
    page(await listMetrics(ctx, { limit, cursor }, store)),

  "GET /api/metrics/{name}/series": async ({ params, query }, ctx, { store }) => {
    const { match, limit, cursor } = query;
    const matchers = [...projectMatchers(ctx.projects), ...parseMatchers(match)];
    return page(await store.listSeries(ctx.tenantId, params.name, matchers, limit, cursor));
  },

  "GET /api/metrics/query": async ({ query }, ctx, services) => ok(await queryMetrics(ctx, query, services)),

  "GET /api/metrics/forecast": async ({ query }, ctx, { store }) =>
    ok(await forecastMetric(ctx, query, store)),

  "GET /api/ingest/rate": async (_asked, ctx, services) => ok(await readIngestRate(ctx, services)),
});

function ok(body: unknown): HttpReply {
  return { status: 200, body };
}

function page<T>({ items, cursor }: { items: T[]; cursor: string | undefined }): HttpReply {
  return ok({ items, cursor: cursor ?? null });
}
