import type { Contracts } from "../platform/http/contract.ts";
import { ApiKey, ApiKeyFilter, ApiKeyInput, ApiKeyList, RotateKeyInput, ShownOnceKey } from "./schemas.ts";

export const keyContracts = {
  "GET /api/keys": {
    says: "The tenant's API keys, newest first, ended ones among them",
    query: ApiKeyFilter,
    answers: { 200: ApiKeyList },
  },
  "POST /api/keys": {
    says: "Make an API key; its text is in this answer and nowhere else",
    body: ApiKeyInput,
    answers: { 201: ShownOnceKey },
    creates: "secret",
  },
  "GET /api/keys/{id}": { says: "One API key", answers: { 200: ApiKey } },
  "POST /api/keys/{id}/rotate": {
    says: "Make a key in another's place; both are accepted until the overlap is over",
    body: RotateKeyInput,
    answers: { 201: ShownOnceKey },
    creates: "secret",
  },
  "DELETE /api/keys/{id}": {
    says: "Revoke an API key; it is refused within half a minute",
    answers: { 204: null },
  },
} as const satisfies Contracts;
