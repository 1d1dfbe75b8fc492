import { analysisContracts } from "../../shared/analysis/contracts.ts";
import {
  askQuestion,
  giveFeedback,
  listAnalyses,
  readAnalysis,
  readLatest,
  readPostMortem,
  requestAnalysis,
  savePostMortem,
} from "../../shared/analysis/index.ts";
import { readUsage } from "../../shared/models/index.ts";
import { contracted } from "../../shared/platform/http/contract.ts";
import type { HttpReply } from "../../shared/platform/http/request.ts";
import { ifMatch, withVersion } from "../../shared/platform/http/versioned.ts";
import type { Services } from "./services.ts";

export const routes = contracted(analysisContracts).with<Services>({
  "GET /api/incidents/{id}/analysis": async ({ params }, ctx, services) =>
    ok(await readLatest(ctx, params.id, services)),

  "GET /api/incidents/{id}/analyses": async ({ params, query }, ctx, services) =>
    ok(await listAnalyses(ctx, params.id, query, services)),

  "POST /api/incidents/{id}/analyses": async ({ params }, ctx, services) => ({
    status: 202,
    body: await requestAnalysis(ctx, params.id, services),
  }),

  "GET /api/incidents/{id}/analyses/{analysisId}": async ({ params }, ctx, services) =>
    ok(await readAnalysis(ctx, { incidentId: params.id, analysisId: params.analysisId }, services)),

  "POST /api/incidents/{id}/analyses/{analysisId}/feedback": async ({ params, body }, ctx, services) =>
    ok(await giveFeedback(ctx, { incidentId: params.id, analysisId: params.analysisId }, body, services)),

  "POST /api/incidents/{id}/questions": async ({ params, body }, ctx, services) =>
    ok(await askQuestion(ctx, params.id, body, services)),

  "GET /api/ai/usage": async ({ query }, ctx, services) => ok(await readUsage(ctx, query, services.models)),

  "GET /api/incidents/{id}/post-mortem": async ({ params }, ctx, services) =>
    withVersion(200, await readPostMortem(ctx, params.id, services)),

  "PUT /api/incidents/{id}/post-mortem": async ({ params, body, request }, ctx, services) => {
    const saving = { incidentId: params.id, input: body, ifVersion: ifMatch(request) };
    return withVersion(200, await savePostMortem(ctx, saving, services));
  },
});

const ok = (body: unknown): HttpReply => ({ status: 200, body });
