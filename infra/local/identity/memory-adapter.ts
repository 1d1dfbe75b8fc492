import type { Adapter, AdapterPayload } from "oidc-provider";
import { nowMs } from "../../../shared/platform/clock.ts";

interface Kept {
  payload: AdapterPayload;
  untilMs: number;
}

const mostKept = 10_000;

/**
 * Where the provider keeps sign-ins that are under way. In memory: they last minutes, and after a restart one
 * begins again; sessions of the dashboard are kept elsewhere.
 */
export function memoryAdapter(): (model: string) => Adapter {
  const kept = new Map<string, Kept>();

  const read = (key: string): AdapterPayload | undefined => {
    const found = kept.get(key);
    if (found && found.untilMs > nowMs()) return found.payload;
    kept.delete(key);
    return undefined;
  };
  const find = (matches: (payload: AdapterPayload) => boolean) =>
    [...kept.keys()].map(read).find((payload) => payload !== undefined && matches(payload));

  return (model) => ({
    async upsert(id, payload, expiresInS = 60) {
      kept.set(`${model}:${id}`, { payload, untilMs: nowMs() + expiresInS * 1000 });
      const [oldest] = kept.keys();
      if (kept.size > mostKept && oldest !== undefined) kept.delete(oldest);
    },
    find: async (id) => read(`${model}:${id}`),
    findByUid: async (uid) => find((payload) => payload.kind === model && payload.uid === uid),
    findByUserCode: async () => undefined,
    async consume(id) {
      const payload = read(`${model}:${id}`);
      if (payload) payload.consumed = Math.floor(nowMs() / 1000);
    },
    async destroy(id) {
      kept.delete(`${model}:${id}`);
    },
    async revokeByGrantId(grantId) {
      for (const [key, { payload }] of kept) if (payload.grantId === grantId) kept.delete(key);
    },
  });
}
