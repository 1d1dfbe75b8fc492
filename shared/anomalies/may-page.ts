import type { AnomalyDetectedV1, Sensitivity } from "../../events/anomalies.ts";
import { rankOf } from "./anomaly-life.ts";

/** Whether a rule of that sensitivity may wake people for an anomaly, and the sentence why not. */
export function mayPage(
  {
    mode,
    metricClass,
    sensitivity,
    score,
  }: Pick<AnomalyDetectedV1, "mode" | "metricClass" | "sensitivity" | "score">,
  asked: Sensitivity,
): { kind: "yes" } | { kind: "no"; reason: string } {
  if (mode === "shadow") {
    return {
      kind: "no",
      reason: `the detector is in shadow for ${metricClass} until it has passed the gate there.`,
    };
  }
  if (!ranksWithin(sensitivity, asked)) {
    return {
      kind: "no",
      reason: `a score of ${score.toFixed(1)} is found at sensitivity ${sensitivity}, and this rule asks for ${asked}.`,
    };
  }
  return { kind: "yes" };
}

/** Whether what one setting finds is found by another too: `high` finds all that `low` does. */
export function ranksWithin(found: Sensitivity, asked: Sensitivity): boolean {
  return rankOf(found) <= rankOf(asked);
}
