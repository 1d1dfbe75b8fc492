import { AiUsage, AiUsageQuery } from "../models/schemas.ts";
import type { Contracts } from "../platform/http/contract.ts";
import {
  Analysis,
  AnalysisList,
  AnalysisPage,
  AnalysisRequested,
  Answer,
  FeedbackInput,
  GuardCheck,
  LatestAnalysis,
  PostMortem,
  PostMortemInput,
  QuestionInput,
} from "./schemas.ts";

export const analysisContracts = {
  "GET /api/incidents/{id}/analysis": {
    says: "The newest analysis of an incident",
    answers: { 200: LatestAnalysis },
  },
  "GET /api/incidents/{id}/analyses": {
    says: "The analyses of an incident, newest first",
    query: AnalysisPage,
    answers: { 200: AnalysisList },
  },
  "POST /api/incidents/{id}/analyses": {
    says: "Ask why an incident happened; the analysis follows",
    answers: { 202: AnalysisRequested },
    limit: "ai",
  },
  "GET /api/incidents/{id}/analyses/{analysisId}": { says: "One analysis", answers: { 200: Analysis } },
  "POST /api/incidents/{id}/analyses/{analysisId}/feedback": {
    says: "Accept, reject or correct a hypothesis",
    body: FeedbackInput,
    answers: { 200: Analysis },
  },
  "POST /api/incidents/{id}/questions": {
    says: "Ask about an incident in plain words",
    body: QuestionInput,
    answers: { 200: Answer },
    limit: "ai",
  },
  "GET /api/ai/usage": {
    says: "Tokens, dollars and calls to models, by day, purpose, model and outcome",
    query: AiUsageQuery,
    answers: { 200: AiUsage },
  },
  "GET /api/incidents/{id}/post-mortem": {
    says: "The post-mortem, or a draft of it",
    answers: { 200: PostMortem },
  },
  "PUT /api/incidents/{id}/post-mortem": {
    says: "Save the post-mortem",
    body: PostMortemInput,
    answers: { 200: PostMortem },
  },
} as const satisfies Contracts;

export const guardContracts = {
  "GET /api/incidents/{id}/guard": {
    says: "Whether an alert rule would tell of the incident the next time",
    answers: { 200: GuardCheck },
  },
} as const satisfies Contracts;
