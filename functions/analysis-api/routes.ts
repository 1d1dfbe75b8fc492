import {
  askQuestion,
  checkGuard,
  findIncident,
  giveFeedback,
  listAnalyses,
  readAnalysis,
  readLatest,
  readPostMortem,
  requestAnalysis,
  savePostMortem,
} from "../../shared/analysis/index.ts";
import {
  AnalysisPage,
  FeedbackInput,
  PostMortemInput,
  QuestionInput,
} from "../../shared/analysis/schemas.ts";
import { readUsage } from "../../shared/models/index.ts";
import { AiUsageQuery } from "../../shared/models/schemas.ts";
import { Invalid } from "../../shared/platform/errors.ts";
import { type HttpReply, type HttpRequest, readJson, readQuery } from "../../shared/platform/http/request.ts";
import type { Routes } from "../../shared/platform/lambda/http-door.ts";
import type { Services } from "./services.ts";

export const routes: Routes<Services> = {
  "GET /api/incidents/{id}/analysis": async (request, ctx, services) =>
    ok(await readLatest(ctx, idOf(request), services)),

  "GET /api/incidents/{id}/analyses": async (request, ctx, services) =>
    ok(await listAnalyses(ctx, idOf(request), readQuery(request, AnalysisPage), services)),

  "POST /api/incidents/{id}/analyses": async (request, ctx, services) => ({
    status: 202,
    body: await requestAnalysis(ctx, idOf(request), services),
  }),

  "GET /api/incidents/{id}/analyses/{analysisId}": async (request, ctx, services) =>
    ok(await readAnalysis(ctx, idsOf(request), services)),

  "POST /api/incidents/{id}/analyses/{analysisId}/feedback": async (request, ctx, services) =>
    ok(await giveFeedback(ctx, idsOf(request), readJson(request, FeedbackInput), services)),

  "POST /api/incidents/{id}/questions": async (request, ctx, services) =>
    ok(await askQuestion(ctx, idOf(request), readJson(request, QuestionInput), services)),

  "GET /api/ai/usage": async (request, ctx, services) =>
    ok(await readUsage(ctx, readQuery(request, AiUsageQuery), services.models)),

  "GET /api/incidents/{id}/post-mortem": async (request, ctx, services) => {
    const postMortem = await readPostMortem(ctx, idOf(request), services);
    return { ...ok(postMortem), headers: { etag: `"${postMortem.version}"` } };
  },

  "PUT /api/incidents/{id}/post-mortem": async (request, ctx, services) => {
    const input = readJson(request, PostMortemInput);
    const saving = { incidentId: idOf(request), input, ifVersion: ifMatch(request) };
    const postMortem = await savePostMortem(ctx, saving, services);
    return { ...ok(postMortem), headers: { etag: `"${postMortem.version}"` } };
  },

  "GET /api/incidents/{id}/guard": async (request, ctx, services) => {
    const incident = await findIncident(ctx, idOf(request), services);
    return ok(await checkGuard(ctx, incident, services));
  },
};

const ok = (body: unknown): HttpReply => ({ status: 200, body });
const idOf = (request: HttpRequest): string => request.params["id"] ?? "";
const idsOf = (request: HttpRequest) => ({
  incidentId: idOf(request),
  analysisId: request.params["analysisId"] ?? "",
});

function ifMatch(request: HttpRequest): number | undefined {
  const header = request.headers["if-match"];
  if (header === undefined || header === "*") return undefined;
  const version = /^(?:W\/)?"?(\d{1,15})"?$/.exec(header.trim())?.[1];
  if (version === undefined) {
    throw new Invalid(`If-Match must be the post-mortem's version, like "3", not ${header}.`, "If-Match");
  }
  return Number(version);
}
