import { z } from "zod";
import type { Contracts } from "../platform/http/contract.ts";
import {
  Anomaly,
  AnomalyDecisionList,
  AnomalyFilter,
  AnomalyList,
  BandsQuery,
  BandsResult,
  Detector,
  DetectorList,
  FeedbackInput,
  ForecastQuery,
  ForecastResult,
  RollBackInput,
  VectorList,
  VectorQuery,
  VectorView,
} from "./schemas.ts";

const page = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(4_096).optional(),
});

export const anomalyContracts = {
  "GET /api/anomalies": {
    says: "What was unusual, newest first",
    query: AnomalyFilter,
    answers: { 200: AnomalyList },
  },
  "GET /api/anomalies/bands": {
    says: "What was expected of the series of a metric, step by step",
    query: BandsQuery,
    answers: { 200: BandsResult },
  },
  "GET /api/anomalies/vectors": {
    says: "The services that are watched as a whole, the most unusual first",
    answers: { 200: VectorList },
  },
  "GET /api/anomalies/vectors/{service}": {
    says: "How unusual a service was as a whole, and which metrics made it so",
    query: VectorQuery,
    answers: { 200: VectorView },
  },
  "GET /api/anomalies/{id}": { says: "One anomaly", answers: { 200: Anomaly } },
  "GET /api/anomalies/{id}/decisions": {
    says: "Why an anomaly was told, and why it did or did not page",
    query: page,
    answers: { 200: AnomalyDecisionList },
  },
  "POST /api/anomalies/{id}/acknowledge": {
    says: "Say that an anomaly was seen",
    body: FeedbackInput,
    answers: { 200: Anomaly },
  },
  "POST /api/anomalies/{id}/resolve": {
    says: "Say that an anomaly is over",
    body: FeedbackInput,
    answers: { 200: Anomaly },
  },
  "POST /api/anomalies/{id}/dismiss": {
    says: "Say that it was none; its series has to do more to be noticed again",
    body: FeedbackInput,
    answers: { 200: Anomaly },
  },
  "GET /api/detectors": { says: "The detectors and what they have proven", answers: { 200: DetectorList } },
  "GET /api/detectors/{id}": { says: "One detector", answers: { 200: Detector } },
  "POST /api/detectors/{id}/roll-back": {
    says: "Go back to an earlier version of a detector",
    body: RollBackInput,
    answers: { 200: Detector },
  },
} as const satisfies Contracts;

export const forecastContracts = {
  "GET /api/metrics/forecast": {
    says: "Where a metric is heading, and when it reaches a limit",
    query: ForecastQuery,
    answers: { 200: ForecastResult },
  },
} as const satisfies Contracts;
