import type { Search } from "./find-secrets.ts";
import { markOf } from "./mark.ts";
import { kindOfValue, personalKinds } from "./named-value.ts";
import { redactText, searches } from "./redact-text.ts";

type Counts = Record<string, number>;

const deepest = 64;

/**
 * Masks labels, names as well as values; a value whose name calls it secret goes whole. Returns the very same
 * object where nothing had to be masked.
 */
export function redactLabels<T extends Readonly<Record<string, string>>>(
  labels: T,
  tenantSalt: string,
  search: Search = searches.storage,
): { labels: T; counts: Counts } {
  const { value, counts } = redactAttributes(labels, tenantSalt, search);
  return { labels: Object.keys(counts).length === 0 ? labels : value, counts };
}

/** Masks every text in the value, however deep, names as well as values. What lies deeper than 64 levels is cut. */
export function redactAttributes<T>(
  value: T,
  tenantSalt: string,
  search: Search = searches.storage,
): { value: T; counts: Counts } {
  const counts: Counts = {};
  const text = (one: string) => {
    const redacted = redactText(one, tenantSalt, search);
    for (const [kind, count] of Object.entries(redacted.counts)) counts[kind] = (counts[kind] ?? 0) + count;
    return redacted.text;
  };
  const named = (name: string, one: string) => {
    const kind = kindOfValue(name, one, true);
    const counted = kind !== undefined && (search.personal || !personalKinds.has(kind));
    if (!counted) return text(one);
    counts[kind] = (counts[kind] ?? 0) + 1;
    return markOf(kind, one, tenantSalt);
  };
  const walk = (one: unknown, depth: number): unknown => {
    if (typeof one === "string") return text(one);
    if (typeof one !== "object" || one === null) return one;
    if (depth > deepest) return null;
    if (Array.isArray(one)) return one.map((item) => walk(item, depth + 1));
    return Object.fromEntries(
      Object.entries(one).map(([name, item]) => [
        text(name),
        typeof item === "string" ? named(name, item) : walk(item, depth + 1),
      ]),
    );
  };
  return { value: walk(value, 0) as T, counts };
}
