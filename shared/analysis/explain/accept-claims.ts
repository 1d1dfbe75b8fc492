import type { Claim } from "../schemas.ts";
import { visibleText } from "./visible-text.ts";

export interface Accepted {
  claims: Claim[];
  struck: number;
}

const mostClaims = 8;
const claimLength = 600;
const link = /!?\[([^\]]{0,200})\]\([^)]{0,2000}\)|\b[a-z][a-z0-9+.-]{1,20}:\/\/\S+|\bwww\.\S+/gi;
/** A line for a shell or a database. Commands come from runbooks that people wrote, never from a model. */
const command =
  /(?:^|[\s"'(;&¦])(?:sudo|curl|wget|rm|kubectl|helm|docker|systemctl|aws|gcloud|terraform|ssh|scp|chmod|chown|bash|sh|zsh|powershell|python3?|node|npm|npx|psql|mysql|redis-cli|git)\s+(?:-{1,2}[a-z]|\S*\/|[a-z-]+\s+\S)|\$\(|&&|;\s*rm\b|\b(?:drop|truncate)\s+(?:table|database)\b|\bdelete\s+from\b/i;

/** A model's sentence as it may be stored and shown: text alone, without links, masked once more, cut. */
export function wordsOfModel(text: string, tenantSalt: string, most = claimLength): string {
  const linkless = text.replace(link, (_, label: string | undefined) => label ?? "[link removed]");
  return visibleText(linkless, tenantSalt, most);
}

/**
 * The claims that cite evidence which exists, by its name in the prompt or its id; the others are struck and
 * counted. With `advice`, what reads as a command is struck too.
 */
export function acceptClaims(
  claims: readonly { text: string; evidence: readonly string[] }[],
  ids: ReadonlyMap<string, string>,
  tenantSalt: string,
  { advice = false } = {},
): Accepted {
  const existing = new Set(ids.values());
  const kept = claims.slice(0, mostClaims).flatMap(({ text, evidence }): Claim[] => {
    const cited = evidence.flatMap((name) => {
      const bare = name.trim().replace(/^\[|\]$/g, "");
      return ids.get(bare) ?? (existing.has(bare) ? [bare] : []);
    });
    const evidenceIds = [...new Set(cited)];
    const said = wordsOfModel(text, tenantSalt);
    if (evidenceIds.length === 0 || said === "" || (advice && command.test(said))) return [];
    return [{ text: said, evidenceIds }];
  });
  return { claims: kept, struck: claims.length - kept.length };
}
