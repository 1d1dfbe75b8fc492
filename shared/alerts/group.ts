import { hash } from "node:crypto";
import type { Labels } from "../../events/alerts.ts";
import { groupKey, groupLabels, type SeriesPoints } from "../metrics/index.ts";
import { derivedId } from "../platform/ids.ts";

/** Series of one rule that are judged together. */
export interface Group {
  fingerprint: string;
  labels: Labels;
  series: SeriesPoints[];
}

/** Puts series together by the labels the rule groups by; a label that a series lacks, or has empty, is left out. */
export function groupSeries(
  rule: { id: string; groupBy: readonly string[] },
  points: readonly SeriesPoints[],
): Map<string, Group> {
  const groups = new Map<string, Group>();
  for (const series of points) {
    const labels = groupLabels(series.series.labels, rule.groupBy);
    const fingerprint = fingerprintOf(rule.id, labels);
    const group = groups.get(fingerprint);
    if (group) group.series.push(series);
    else groups.set(fingerprint, { fingerprint, labels, series: [series] });
  }
  return groups;
}

/** The same alert keeps its id for ever: it follows from the tenant, the rule and the group's labels. */
export function alertIdOf(tenantId: string, fingerprint: string): string {
  return derivedId("alert", tenantId, fingerprint);
}

/** What a group is known by: the same for the same rule and labels. */
export function fingerprintOf(ruleId: string, labels: Labels): string {
  return hash("sha256", `${ruleId} ${groupKey(labels)}`, "hex").slice(0, 32);
}
