import type { Labels } from "../../events/alerts.ts";

/** What an incident looked like, to recognise the next of its kind. */
export interface Signature {
  service: string | null;
  /** Names of the rules that fired, and of the metrics they watch. */
  rules: readonly string[];
  labels: Labels;
}

const weights = { service: 0.35, rules: 0.45, labels: 0.2 } as const;

/** 0 to 1: how alike two incidents look by service, the metrics and conditions watched by their rules, and labels. */
export function similarityOf(a: Signature, b: Signature): number {
  const service = a.service !== null && a.service === b.service ? 1 : 0;
  return (
    weights.service * service +
    weights.rules * overlap(a.rules, b.rules) +
    weights.labels * overlap(pairsOf(a.labels), pairsOf(b.labels))
  );
}

const pairsOf = (labels: Labels) => Object.entries(labels).map((pair) => JSON.stringify(pair));

/** Shared members over all members. */
function overlap(a: readonly string[], b: readonly string[]): number {
  const all = new Set([...a, ...b]);
  if (all.size === 0) return 0;
  const theirs = new Set(b);
  return new Set(a.filter((one) => theirs.has(one))).size / all.size;
}
