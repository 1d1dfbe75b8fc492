import type { z } from "zod";
import { commentIncident } from "../../shared/incidents/comment-incident.ts";
import { patchIncident } from "../../shared/incidents/patch-incident.ts";
import {
  listIncidents,
  readAlerts,
  readIncident,
  readTimeline,
} from "../../shared/incidents/read-incidents.ts";
import {
  CommentInput,
  IncidentFilter,
  IncidentPage,
  IncidentPatch,
  TransitionInput,
} from "../../shared/incidents/schemas.ts";
import { transitionIncident } from "../../shared/incidents/transition-incident.ts";
import type { Ctx } from "../../shared/platform/context.ts";
import { type HttpReply, type HttpRequest, readJson, readQuery } from "../../shared/platform/http/request.ts";
import type { Routes } from "../../shared/platform/lambda/http-door.ts";
import { redactAttributes, searches } from "../../shared/redaction/index.ts";
import type { Services } from "./services.ts";

export const routes: Routes<Services> = {
  "GET /api/incidents": async (request, ctx, services) =>
    ok(await listIncidents(ctx, readQuery(request, IncidentFilter), services)),

  "GET /api/incidents/{id}": async (request, ctx, services) =>
    ok(await readIncident(ctx, idOf(request), services)),

  "GET /api/incidents/{id}/timeline": async (request, ctx, services) =>
    ok(await readTimeline(ctx, idOf(request), readQuery(request, IncidentPage), services)),

  "GET /api/incidents/{id}/alerts": async (request, ctx, services) =>
    ok(await readAlerts(ctx, idOf(request), readQuery(request, IncidentPage), services)),

  "POST /api/incidents/{id}/transitions": async (request, ctx, services) =>
    ok(
      await transitionIncident(
        ctx,
        idOf(request),
        await readWords(request, ctx, services, TransitionInput),
        services,
      ),
    ),

  "POST /api/incidents/{id}/comments": async (request, ctx, services) =>
    ok(
      await commentIncident(
        ctx,
        idOf(request),
        await readWords(request, ctx, services, CommentInput),
        services,
      ),
    ),

  "PATCH /api/incidents/{id}": async (request, ctx, services) =>
    ok(
      await patchIncident(
        ctx,
        idOf(request),
        await readWords(request, ctx, services, IncidentPatch),
        services,
      ),
    ),
};

/** What a person wrote, without the secrets that may have slipped in. */
async function readWords<T extends z.ZodType>(
  request: HttpRequest,
  ctx: Ctx,
  { redactionSalt }: Pick<Services, "redactionSalt">,
  schema: T,
): Promise<z.infer<T>> {
  const input = readJson(request, schema);
  return redactAttributes(input, await redactionSalt(ctx.tenantId), searches.ownWords).value;
}

const ok = (body: unknown): HttpReply => ({ status: 200, body });
const idOf = (request: HttpRequest): string => request.params["id"] ?? "";
