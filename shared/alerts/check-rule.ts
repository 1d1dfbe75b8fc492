import { Invalid } from "../platform/errors.ts";
import { parseMatchers } from "../platform/labels/matchers.ts";
import { checkAnnotations } from "./annotations.ts";
import type { AlertRuleInput, ForecastRuleInput, MeasuredRuleInput } from "./schemas.ts";
import { thresholdsOf } from "./severity.ts";

const labelName = /^[a-zA-Z_][a-zA-Z0-9_.:-]*$/;
const limits = {
  labels: { entries: 32, valueBytes: 1_024 },
  annotations: { entries: 16, valueBytes: 4_096 },
} as const;

/** What the shape of a rule cannot say. Throws Invalid naming the field, its value and what would be right. */
export function checkRule(rule: AlertRuleInput): void {
  parseMatchers(rule.match, "match");
  checkGroupBy(rule.groupBy);
  checkTexts("labels", rule.labels);
  checkTexts("annotations", rule.annotations);
  checkAnnotations(rule.annotations);
  if (rule.type === "threshold" || rule.type === "rate-of-change") checkThresholds(rule);
  if (rule.type === "forecast") checkWithin(rule.withinMs);
}

function checkGroupBy(groupBy: readonly string[]): void {
  if (groupBy.includes("*") && groupBy.length > 1) {
    throw new Invalid(
      `groupBy has "*" and other labels; "*" alone already keeps every series apart.`,
      "groupBy",
    );
  }
  const twice = groupBy.find((name, i) => groupBy.indexOf(name) !== i);
  if (twice !== undefined) throw new Invalid(`groupBy names "${twice}" twice; once is enough.`, "groupBy");
}

function checkTexts(field: keyof typeof limits, texts: Readonly<Record<string, string>>): void {
  const { entries, valueBytes } = limits[field];
  const count = Object.keys(texts).length;
  if (count > entries) throw new Invalid(`${field} has ${count} entries; ${entries} is the most.`, field);
  for (const [name, value] of Object.entries(texts)) {
    if (!labelName.test(name) || name.length > 128) {
      throw new Invalid(
        `"${name.slice(0, 128)}" in ${field} is not a name; write letters, digits and _ . : - up to 128, not beginning with a digit.`,
        field,
      );
    }
    if (Buffer.byteLength(value) > valueBytes) {
      throw new Invalid(`"${name}" in ${field} is longer than ${valueBytes} bytes.`, `${field}.${name}`);
    }
  }
}

/** A graver threshold that a milder one reaches first could never show. */
function checkThresholds(rule: MeasuredRuleInput): void {
  const rises = rule.operator === ">" || rule.operator === ">=";
  const falls = rule.operator === "<" || rule.operator === "<=";
  const gravestFirst = thresholdsOf(rule);
  gravestFirst.forEach((graver, i) => {
    const milder = gravestFirst[i + 1];
    if (!milder) return;
    const hidden = rises ? graver.threshold < milder.threshold : falls && graver.threshold > milder.threshold;
    if (hidden) {
      throw new Invalid(
        `With "${rule.operator}" the ${graver.severity} threshold ${graver.threshold} is crossed before the ${milder.severity} one ${milder.threshold}, so ${milder.severity} would never show; swap them.`,
        `thresholds.${graver.severity}`,
      );
    }
  });
}

/** What is nearer is graver. */
function checkWithin({ info, warning, critical }: ForecastRuleInput["withinMs"]): void {
  const gravestFirst = [critical, warning, info].filter((ms) => ms !== undefined);
  if (gravestFirst.some((ms, i) => i > 0 && ms < (gravestFirst[i - 1] ?? 0))) {
    throw new Invalid(
      "A graver severity is reached before a milder one, so the milder would never show; give it the longer time.",
      "withinMs",
    );
  }
}
