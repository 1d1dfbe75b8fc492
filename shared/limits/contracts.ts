import type { Contracts } from "../platform/http/contract.ts";
import { Cardinality, Limits } from "./schemas.ts";

export const limitContracts = {
  "GET /api/limits": { says: "The limits that apply, and what is left of them", answers: { 200: Limits } },
  "GET /api/limits/series": {
    says: "Which metrics have the most series, and which labels multiply them",
    answers: { 200: Cardinality },
  },
} as const satisfies Contracts;
