import type { Severity } from "../../events/alerts.ts";
import type { MeasuredRuleInput, Operator } from "./schemas.ts";

/**
 * What one group of series showed at one moment: a value; "no-data" when it has been silent long enough for the
 * rule's no-data policy; "quiet" when there is no value yet but the silence is still short; "could-not-measure"
 * when there was data and no answer can be had from it.
 */
export type Measurement = number | "no-data" | "quiet" | "could-not-measure";

export type Verdict =
  /** `threshold` is null where missing data is the reason. */
  | { kind: "breach"; severity: Severity; threshold: number | null }
  | { kind: "clear" }
  /** Nothing can be said, so whatever stands goes on standing. */
  | { kind: "hold" };

export type Condition = Pick<MeasuredRuleInput, "operator" | "thresholds" | "noData">;

const gravestFirst: readonly Severity[] = ["critical", "warning", "info"];

/** The gravest severity whose threshold is crossed, or what the no-data policy makes of silence. */
export function judge(measurement: Measurement, rule: Condition): Verdict {
  switch (measurement) {
    case "quiet":
    case "could-not-measure":
      return { kind: "hold" };
    case "no-data":
      return judgeSilence(rule);
    default:
      return judgeValue(measurement, rule);
  }
}

/** The thresholds a rule has, gravest severity first. */
export function thresholdsOf(rule: Condition): { severity: Severity; threshold: number }[] {
  return gravestFirst.flatMap((severity) => {
    const threshold = rule.thresholds[severity];
    return threshold === undefined ? [] : [{ severity, threshold }];
  });
}

function judgeValue(value: number, rule: Condition): Verdict {
  const crossed = thresholdsOf(rule).find(({ threshold }) => crosses(value, rule.operator, threshold));
  return crossed ? { kind: "breach", ...crossed } : { kind: "clear" };
}

function judgeSilence(rule: Condition): Verdict {
  switch (rule.noData) {
    case "ok":
      return { kind: "clear" };
    case "keep":
      return { kind: "hold" };
    case "alert":
      return { kind: "breach", severity: thresholdsOf(rule)[0]?.severity ?? "warning", threshold: null };
  }
}

function crosses(value: number, operator: Operator, threshold: number): boolean {
  switch (operator) {
    case ">":
      return value > threshold;
    case "<":
      return value < threshold;
    case ">=":
      return value >= threshold;
    case "<=":
      return value <= threshold;
    case "==":
      return value === threshold;
    case "!=":
      return value !== threshold;
  }
}
