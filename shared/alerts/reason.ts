import type { Labels } from "../../events/alerts.ts";
import { formatDuration, formatLabels, formatValue } from "./format.ts";
import type { MeasuredRuleInput, Operator } from "./schemas.ts";
import { type Measurement, thresholdsOf, type Verdict } from "./severity.ts";

export interface Sighting {
  rule: MeasuredRuleInput;
  labels: Labels;
  unit: string | null;
  measurement: Measurement;
  verdict: Verdict;
}

const relation: Readonly<Record<Operator, { crossed: string; not: string }>> = {
  ">": { crossed: "above", not: "not above" },
  "<": { crossed: "below", not: "not below" },
  ">=": { crossed: "at or above", not: "below" },
  "<=": { crossed: "at or below", not: "above" },
  "==": { crossed: "equal to", not: "not equal to" },
  "!=": { crossed: "not equal to", not: "equal to" },
};

/** One clause with numbers and units: what was seen, and against what. */
export function sightOf({ rule, labels, unit, measurement, verdict }: Sighting): string {
  const change = rule.type === "rate-of-change" ? `the change within ${formatDuration(rule.overMs)} of ` : "";
  const subject = `${change}${rule.aggregate} of ${rule.metric} over ${formatDuration(rule.windowMs)} for ${formatLabels(labels)}`;
  switch (measurement) {
    case "no-data":
      return `${rule.metric} for ${formatLabels(labels)} has sent no data for ${formatDuration(rule.noDataAfterMs)} or longer (no-data policy: ${rule.noData})`;
    case "quiet":
      return `${subject} has no value yet`;
    case "could-not-measure":
      return `${subject} could not be measured from the points at hand`;
    default:
      return `${subject} is ${formatValue(measurement, unit)}, ${against(rule, unit, verdict)}`;
  }
}

function against(rule: MeasuredRuleInput, unit: string | null, verdict: Verdict): string {
  const words = relation[rule.operator];
  if (verdict.kind === "breach" && verdict.threshold !== null) {
    return `${words.crossed} the ${verdict.severity} threshold of ${formatValue(verdict.threshold, unit)}`;
  }
  return `${words.not} ${thresholdsOf(rule)
    .map(({ severity, threshold }) => `${formatValue(threshold, unit)} (${severity})`)
    .join(" nor ")}`;
}
