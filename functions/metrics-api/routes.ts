import { metricContracts } from "../../shared/metrics/contracts.ts";
import { queryMetrics } from "../../shared/metrics/query-metrics.ts";
import { readIngestRate } from "../../shared/metrics/read-ingest-rate.ts";
import { contracted } from "../../shared/platform/http/contract.ts";
import type { HttpReply } from "../../shared/platform/http/request.ts";
import { parseMatchers } from "../../shared/platform/labels/matchers.ts";
import type { Services } from "./services.ts";

export const routes = contracted(metricContracts).with<Services>({
  "GET /api/metrics": async ({ query: { limit, cursor } }, ctx, { store }) =>
    page(await store.listMetrics(ctx.tenantId, limit, cursor)),

  "GET /api/metrics/{name}/series": async ({ params, query }, ctx, { store }) => {
    const { match, limit, cursor } = query;
    return page(await store.listSeries(ctx.tenantId, params.name, parseMatchers(match), limit, cursor));
  },

  "GET /api/metrics/query": async ({ query }, ctx, services) => ok(await queryMetrics(ctx, query, services)),

  "GET /api/ingest/rate": async (_asked, ctx, services) => ok(await readIngestRate(ctx, services)),
});

function ok(body: unknown): HttpReply {
  return { status: 200, body };
}

function page<T>({ items, cursor }: { items: T[]; cursor: string | undefined }): HttpReply {
  return ok({ items, cursor: cursor ?? null });
}
