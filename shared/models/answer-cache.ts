import { createHash } from "node:crypto";
import type { TenantTable } from "../platform/aws/tenant-table.ts";
import type { ModelPurpose } from "./schemas.ts";

const keptS = 3_600;
const partition = "MODEL#CACHE";
/** An item holds 400 KB; an answer beyond this is asked for again. */
const longestAnswer = 200_000;

/** What makes two requests the same. */
export interface CacheSubject {
  tenantId: string;
  /** null: the answer belongs to no incident. */
  incidentId: string | null;
  purpose: ModelPurpose;
  /** Everything the answer depends on: instructions, evidence, form of the answer, models. */
  parts: readonly unknown[];
}

export interface CachedAnswer {
  value: unknown;
  model: string;
  provider: string;
}

/** `<incident>/<purpose>/<digest>`: readable, so that a pattern names what is outdated. */
function nameOf({ tenantId, incidentId, purpose, parts }: CacheSubject): string {
  const digest = createHash("sha256")
    .update(JSON.stringify([tenantId, purpose, ...parts]))
    .digest("hex");
  return `${incidentId ?? "-"}/${purpose}/${digest.slice(0, 40)}`;
}

/** Answers for an hour: the same evidence gets the same answer, for nothing. */
export function makeAnswerCache(table: TenantTable) {
  return {
    async find(subject: CacheSubject): Promise<CachedAnswer | undefined> {
      const item = await table.get(subject.tenantId, { pk: partition, sk: nameOf(subject) });
      if (!item) return undefined;
      const { value, model, provider } = item;
      return { value: JSON.parse(String(value)), model: String(model), provider: String(provider) };
    },

    async keep(subject: CacheSubject, answer: CachedAnswer, nowMs: number): Promise<void> {
      const value = JSON.stringify(answer.value);
      if (value.length > longestAnswer) return;
      const expiresAt = Math.floor(nowMs / 1_000) + keptS;
      const item = { pk: partition, sk: nameOf(subject), ...answer, value, expiresAt };
      await table.put(subject.tenantId, item);
    },

    /**
     * Forgets the tenant's answers whose name `<incident>/<purpose>/<digest>` fits the pattern, `*` standing for
     * anything; `inc_01J…/*` forgets what was said about one incident. Returns how many.
     */
    async invalidate(tenantId: string, pattern: string): Promise<number> {
      const [prefix = "", ...rest] = pattern.split("*");
      let count = 0;
      for await (const { sk } of table.queryAll(tenantId, { pk: partition, prefix })) {
        if (!fits(sk.slice(prefix.length), rest)) continue;
        await table.remove(tenantId, { pk: partition, sk });
        count++;
      }
      return count;
    },
  };
}
export type AnswerCache = ReturnType<typeof makeAnswerCache>;

/** Whether the text goes on as the pattern does behind its first star; without a star it must be at its end. */
function fits(text: string, rest: readonly string[]): boolean {
  if (rest.length === 0) return text === "";
  let at = 0;
  for (const [i, part] of rest.entries()) {
    if (i === rest.length - 1) return text.length - at >= part.length && text.endsWith(part);
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return true;
}
