import { guardContracts } from "../../shared/analysis/contracts.ts";
import { findIncident } from "../../shared/analysis/index.ts";
import { commentIncident } from "../../shared/incidents/comment-incident.ts";
import { incidentContracts } from "../../shared/incidents/contracts.ts";
import { patchIncident } from "../../shared/incidents/patch-incident.ts";
import {
  listIncidents,
  readAlerts,
  readIncident,
  readTimeline,
} from "../../shared/incidents/read-incidents.ts";
import { transitionIncident } from "../../shared/incidents/transition-incident.ts";
import type { Ctx } from "../../shared/platform/context.ts";
import { contracted } from "../../shared/platform/http/contract.ts";
import type { HttpReply } from "../../shared/platform/http/request.ts";
import { redactAttributes, searches } from "../../shared/redaction/index.ts";
import type { Services } from "./services.ts";

export const routes = contracted({ ...incidentContracts, ...guardContracts }).with<Services>({
  "GET /api/incidents": async ({ query }, ctx, services) => ok(await listIncidents(ctx, query, services)),

  "GET /api/incidents/{id}": async ({ params }, ctx, services) =>
    ok(await readIncident(ctx, params.id, services)),

  "GET /api/incidents/{id}/timeline": async ({ params, query }, ctx, services) =>
    ok(await readTimeline(ctx, params.id, query, services)),

  "GET /api/incidents/{id}/alerts": async ({ params, query }, ctx, services) =>
    ok(await readAlerts(ctx, params.id, query, services)),

  "GET /api/incidents/{id}/guard": async ({ params }, ctx, services) =>
    ok(await services.checkGuard(ctx, await findIncident(ctx, params.id, services))),

  "POST /api/incidents/{id}/transitions": async ({ params, body }, ctx, services) =>
    ok(await transitionIncident(ctx, params.id, await withoutSecrets(body, ctx, services), services)),

  "POST /api/incidents/{id}/comments": async ({ params, body }, ctx, services) =>
    ok(await commentIncident(ctx, params.id, await withoutSecrets(body, ctx, services), services)),

  "PATCH /api/incidents/{id}": async ({ params, body }, ctx, services) =>
    ok(await patchIncident(ctx, params.id, await withoutSecrets(body, ctx, services), services)),
});

/** What a person wrote, without the secrets that may have slipped in. */
async function withoutSecrets<T>(
  words: T,
  ctx: Ctx,
  { redactionSalt }: Pick<Services, "redactionSalt">,
): Promise<T> {
  return redactAttributes(words, await redactionSalt(ctx.tenantId), searches.ownWords).value;
}

const ok = (body: unknown): HttpReply => ({ status: 200, body });
