import type { Labels } from "../../events/alerts.ts";

/** Beyond these a chart is unreadable and an answer too large; the answer says that it was cut. */
export const maxGroups = 200;

/** The labels that tell a series' group from others: the named ones it has, or all of them for `["*"]`. */
export function groupLabels(labels: Labels, groupBy: readonly string[]): Labels {
  if (groupBy.includes("*")) return labels;
  const kept: [string, string][] = [];
  for (const name of groupBy) {
    const value = Object.hasOwn(labels, name) ? labels[name] : undefined;
    if (value !== undefined && value !== "") kept.push([name, value]);
  }
  return Object.fromEntries(kept.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** A text that is equal for equal groups and different for different ones. */
export function groupKey(labels: Labels): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}

export interface Group<T> {
  key: string;
  labels: Labels;
  members: T[];
}

/** Members by group, ordered by label text so that the same groups survive the cap every time. */
export function groupMembers<T>(
  members: readonly T[],
  labelsOf: (member: T) => Labels,
  groupBy: readonly string[],
): { groups: Group<T>[]; truncated: boolean } {
  const byKey = new Map<string, Group<T>>();
  for (const member of members) {
    const labels = groupLabels(labelsOf(member), groupBy);
    const key = groupKey(labels);
    const group = byKey.get(key);
    if (group) group.members.push(member);
    else byKey.set(key, { key, labels, members: [member] });
  }
  const groups = [...byKey.values()].sort((a, b) => (a.key < b.key ? -1 : 1));
  return { groups: groups.slice(0, maxGroups), truncated: groups.length > maxGroups };
}
