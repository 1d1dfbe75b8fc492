import { hash } from "node:crypto";

const tagLength = 4;
/** What an earlier pass put in the place of a secret. */
const markForm = /\[REDACTED:[a-z0-9-]{1,40}:[0-9a-f]{4}\]/y;

/**
 * What stands in a secret's place: `[REDACTED:aws-key:ab12]`. Equal secrets of one tenant get equal marks, so they
 * can be followed; sixteen bits of a hash keyed with a salt of the tenant's own tell nothing of the secret. (What
 * HMAC adds to a keyed hash guards its whole output, and costs five times as much.)
 */
export function markOf(kind: string, secret: string, tenantSalt: string): string {
  return `[REDACTED:${kind}:${hash("sha256", `${tenantSalt}\0${secret}`, "hex").slice(0, tagLength)}]`;
}

/** Where the mark that begins at `at` ends; 0 where none does. */
export function markEnd(text: string, at: number): number {
  if (!text.startsWith("[REDACTED:", at)) return 0;
  markForm.lastIndex = at;
  return markForm.test(text) ? markForm.lastIndex : 0;
}
