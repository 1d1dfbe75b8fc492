import { forecastMetric } from "../../shared/anomalies/forecast-metric.ts";
import { ForecastQuery } from "../../shared/anomalies/schemas.ts";
import { queryMetrics } from "../../shared/metrics/query-metrics.ts";
import { readIngestRate } from "../../shared/metrics/read-ingest-rate.ts";
import { MetricListFilter, MetricQuery, SeriesFilter } from "../../shared/metrics/schemas.ts";
import { type HttpReply, readQuery } from "../../shared/platform/http/request.ts";
import { parseMatchers } from "../../shared/platform/labels/matchers.ts";
import type { Routes } from "../../shared/platform/lambda/http-door.ts";
import type { Services } from "./services.ts";

export const routes: Routes<Services> = {
  "GET /api/metrics": async (request, ctx, { store }) => {
    const { limit, cursor } = readQuery(request, MetricListFilter);
    return page(await store.listMetrics(ctx.tenantId, limit, cursor));
  },

  "GET /api/metrics/{name}/series": async (request, ctx, { store }) => {
    const { match, limit, cursor } = readQuery(request, SeriesFilter);
    const name = request.params["name"] ?? "";
    return page(await store.listSeries(ctx.tenantId, name, parseMatchers(match), limit, cursor));
  },

  "GET /api/metrics/query": async (request, ctx, services) =>
    ok(await queryMetrics(ctx, readQuery(request, MetricQuery), services)),

  "GET /api/metrics/forecast": async (request, ctx, { store }) =>
    ok(await forecastMetric(ctx, readQuery(request, ForecastQuery), store)),

  "GET /api/ingest/rate": async (_request, ctx, services) => ok(await readIngestRate(ctx, services)),
};

function ok(body: unknown): HttpReply {
  return { status: 200, body };
}

function page<T>({ items, cursor }: { items: T[]; cursor: string | undefined }): HttpReply {
  return ok({ items, cursor: cursor ?? null });
}
