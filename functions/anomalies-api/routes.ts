import { anomalyContracts } from "../../shared/anomalies/contracts.ts";
import { acknowledgeAnomaly, dismissAnomaly, resolveAnomaly } from "../../shared/anomalies/give-feedback.ts";
import { getAnomaly, listAnomalies } from "../../shared/anomalies/list-anomalies.ts";
import { readBands } from "../../shared/anomalies/read-bands.ts";
import { getDetector, listDetectors, rollBackDetector } from "../../shared/anomalies/read-detectors.ts";
import { listVectors, readVector } from "../../shared/anomalies/read-vectors.ts";
import { contracted } from "../../shared/platform/http/contract.ts";
import type { HttpReply } from "../../shared/platform/http/request.ts";
import type { Services } from "./services.ts";

export const routes = contracted(anomalyContracts).with<Services>({
  "GET /api/anomalies": async ({ query }, ctx, services) => ok(await listAnomalies(ctx, query, services)),
  "GET /api/anomalies/bands": async ({ query }, ctx, services) => ok(await readBands(ctx, query, services)),
  "GET /api/anomalies/vectors": async (_asked, ctx, services) => ok(await listVectors(ctx, services)),
  "GET /api/anomalies/vectors/{service}": async ({ params, query }, ctx, services) =>
    ok(await readVector(ctx, params.service, query, services)),
  "GET /api/anomalies/{id}": async ({ params }, ctx, services) =>
    ok(await getAnomaly(ctx, params.id, services)),
  "GET /api/anomalies/{id}/decisions": async ({ params, query }, ctx, services) => {
    const { id } = await getAnomaly(ctx, params.id, services);
    const page = await services.anomalies.listDecisions(ctx.tenantId, id, query.limit, query.cursor);
    return ok({ items: page.items, cursor: page.cursor ?? null });
  },
  "POST /api/anomalies/{id}/acknowledge": async ({ params, body }, ctx, services) =>
    ok(await acknowledgeAnomaly(ctx, { anomalyId: params.id, note: body.note }, services)),
  "POST /api/anomalies/{id}/resolve": async ({ params, body }, ctx, services) =>
    ok(await resolveAnomaly(ctx, { anomalyId: params.id, note: body.note }, services)),
  "POST /api/anomalies/{id}/dismiss": async ({ params, body }, ctx, services) =>
    ok(await dismissAnomaly(ctx, { anomalyId: params.id, note: body.note }, services)),
  "GET /api/detectors": async (_asked, ctx, services) => ok(await listDetectors(ctx, services)),
  "GET /api/detectors/{id}": async ({ params }, ctx, services) =>
    ok(await getDetector(ctx, params.id, services)),
  "POST /api/detectors/{id}/roll-back": async ({ params, body }, ctx, services) =>
    ok(await rollBackDetector(ctx, { id: params.id, ...body }, services)),
});

const ok = (body: unknown): HttpReply => ({ status: 200, body });
