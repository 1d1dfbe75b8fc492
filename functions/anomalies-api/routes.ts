import { z } from "zod";
import { acknowledgeAnomaly, dismissAnomaly, resolveAnomaly } from "../../shared/anomalies/give-feedback.ts";
import { getAnomaly, listAnomalies } from "../../shared/anomalies/list-anomalies.ts";
import { readBands } from "../../shared/anomalies/read-bands.ts";
import { getDetector, listDetectors, rollBackDetector } from "../../shared/anomalies/read-detectors.ts";
import { listVectors, readVector } from "../../shared/anomalies/read-vectors.ts";
import {
  AnomalyFilter,
  BandsQuery,
  FeedbackInput,
  RollBackInput,
  VectorQuery,
} from "../../shared/anomalies/schemas.ts";
import { type HttpReply, type HttpRequest, readJson, readQuery } from "../../shared/platform/http/request.ts";
import type { Routes } from "../../shared/platform/lambda/http-door.ts";
import type { Services } from "./services.ts";

const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(4_096).optional(),
});

export const routes: Routes<Services> = {
  "GET /api/anomalies": async (request, ctx, services) =>
    ok(await listAnomalies(ctx, readQuery(request, AnomalyFilter), services)),
  "GET /api/anomalies/bands": async (request, ctx, services) =>
    ok(await readBands(ctx, readQuery(request, BandsQuery), services)),
  "GET /api/anomalies/vectors": async (_request, ctx, services) => ok(await listVectors(ctx, services)),
  "GET /api/anomalies/vectors/{service}": async (request, ctx, services) => {
    const service = request.params["service"] ?? "";
    return ok(await readVector(ctx, service, readQuery(request, VectorQuery), services));
  },
  "GET /api/anomalies/{id}": async (request, ctx, services) =>
    ok(await getAnomaly(ctx, idOf(request), services)),
  "GET /api/anomalies/{id}/decisions": async (request, ctx, services) => {
    const { limit, cursor } = readQuery(request, PageQuery);
    const { id } = await getAnomaly(ctx, idOf(request), services);
    const page = await services.anomalies.listDecisions(ctx.tenantId, id, limit, cursor);
    return ok({ items: page.items, cursor: page.cursor ?? null });
  },
  "POST /api/anomalies/{id}/acknowledge": async (request, ctx, services) =>
    ok(await acknowledgeAnomaly(ctx, feedback(request), services)),
  "POST /api/anomalies/{id}/resolve": async (request, ctx, services) =>
    ok(await resolveAnomaly(ctx, feedback(request), services)),
  "POST /api/anomalies/{id}/dismiss": async (request, ctx, services) =>
    ok(await dismissAnomaly(ctx, feedback(request), services)),
  "GET /api/detectors": async (_request, ctx, services) => ok(await listDetectors(ctx, services)),
  "GET /api/detectors/{id}": async (request, ctx, services) =>
    ok(await getDetector(ctx, idOf(request), services)),
  "POST /api/detectors/{id}/roll-back": async (request, ctx, services) => {
    const input = { id: idOf(request), ...readJson(request, RollBackInput) };
    return ok(await rollBackDetector(ctx, input, services));
  },
};

const idOf = (request: HttpRequest) => request.params["id"] ?? "";
const ok = (body: unknown): HttpReply => ({ status: 200, body });

/** Nothing need be said beyond the verb itself. */
function feedback(request: HttpRequest) {
  const { note } = request.body.length === 0 ? {} : readJson(request, FeedbackInput);
  return { anomalyId: idOf(request), note };
}
