import { isoTime } from "../platform/clock.ts";
import type { KeyRecord } from "../tenancy/index.ts";
import type { ApiKey, ApiKeyState } from "./schemas.ts";

/** A key as its tenant may see it. */
export function showKey(key: KeyRecord, nowMs: number, lastUsedMs: number | undefined): ApiKey {
  const time = (ms: number | null | undefined) => (ms === null || ms === undefined ? null : isoTime(ms));
  const { keyId: id, environment, name, scopes, projectId, createdBy, replacedBy } = key;
  return {
    ...{ id, name, scopes, projectId, createdBy, replacedBy },
    prefix: `so_${environment}_${id}_`,
    state: stateOf(key, nowMs),
    createdAt: isoTime(key.createdAtMs),
    expiresAt: time(key.expiresAtMs),
    revokedAt: time(key.revokedAtMs),
    lastUsedAt: time(lastUsedMs),
  };
}

/** Of a key, what its changes put on record. */
export function keyFacts(key: KeyRecord): Record<string, unknown> {
  const { name, scopes, projectId, expiresAtMs, revokedAtMs, replacedBy } = key;
  const time = (ms: number | null) => (ms === null ? null : isoTime(ms));
  return { name, scopes, projectId, expiresAt: time(expiresAtMs), revokedAt: time(revokedAtMs), replacedBy };
}

/** Requests with it are served. */
export function isAccepted(key: KeyRecord, nowMs: number): boolean {
  const state = stateOf(key, nowMs);
  return state === "active" || state === "retiring";
}

function stateOf(key: KeyRecord, nowMs: number): ApiKeyState {
  if (key.revokedAtMs !== null) return "revoked";
  if (key.expiresAtMs !== null && key.expiresAtMs <= nowMs) return "expired";
  return key.replacedBy === null ? "active" : "retiring";
}
