import type { Labels } from "../../events/alerts.ts";
import { type Matcher, parseMatchers } from "../platform/labels/matchers.ts";

/** Beyond this many values a condition costs more than it saves. */
const maxValues = 50;
const maxConditions = 16;
const matchable = /^[a-zA-Z_][a-zA-Z0-9_.:-]*$/;

/**
 * The rule's matchers and conditions that only series of these groups can meet, so that a batch from one host
 * reads the points of that host. It may let more through, never less: a group that lacks a label adds nothing
 * for it.
 */
export function narrowTo(matchers: readonly Matcher[], groups: readonly Labels[]): Matcher[] {
  const first = groups[0] ?? {};
  const conditions = Object.keys(first).flatMap((label) => {
    const values = new Set(
      groups.map((labels) => (Object.hasOwn(labels, label) ? labels[label] : undefined)),
    );
    if (!matchable.test(label) || values.size > maxValues || values.has(undefined)) return [];
    return [condition(label, [...values] as string[])];
  });
  return [...matchers, ...parseMatchers(conditions.slice(0, maxConditions).join(","))];
}

function condition(label: string, values: readonly string[]): string {
  const [only] = values;
  if (values.length === 1 && only !== undefined) return `${label}=${quote(only)}`;
  return `${label}=~${quote(values.map(escapeRegex).join("|"))}`;
}

const escapeRegex = (text: string) => text.replace(/[\\^$.|?*+()[\]{}]/g, "\\$&");

function quote(text: string): string {
  return `"${text.replace(/["\\]/g, "\\$&").replaceAll("\n", "\\n")}"`;
}
