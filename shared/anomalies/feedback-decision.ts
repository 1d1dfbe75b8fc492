import { isoTime } from "../platform/clock.ts";
import type { Ctx } from "../platform/context.ts";
import { derivedId } from "../platform/ids.ts";
import type { Anomaly, AnomalyDecision } from "./schemas.ts";

/** The record of what a person, or the clock, did to an anomaly. */
export function endingDecision(
  ctx: Ctx,
  anomaly: Anomaly,
  outcome: AnomalyDecision["outcome"],
  reason: string,
): AnomalyDecision {
  const { value, expected, band, feature, metricClass, detectorVersion, peakAt } = anomaly;
  return {
    id: derivedId("decision", anomaly.id, outcome, anomaly.version),
    at: isoTime(ctx.nowMs),
    anomalyId: anomaly.id,
    outcome,
    mode: anomaly.mode,
    score: anomaly.score,
    threshold: null,
    inputs: {
      ...{ value, expected, band, feature, metricClass, detectorVersion },
      sampleAt: peakAt,
      causationId: ctx.causationId,
    },
    actor: ctx.actor.id,
    reason,
  };
}
