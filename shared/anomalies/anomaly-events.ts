import type { Envelope } from "../../events/envelope.ts";
import { envelop } from "../platform/bus/envelop.ts";
import { isoTime } from "../platform/clock.ts";
import type { Ctx } from "../platform/context.ts";
import { derivedId } from "../platform/ids.ts";
import type { PendingChange } from "./pending-change.ts";
import type { Anomaly } from "./schemas.ts";

/** The event that an anomaly's beginning or growth owes. Its id follows from the anomaly and the change. */
export function detectedEvent(
  ctx: Ctx,
  before: Anomaly | undefined,
  after: Anomaly,
  change: PendingChange,
): Envelope {
  return envelop(ctx, "anomalies", {
    id: derivedId("event", after.id, "detected", after.sensitivity),
    type: "anomaly.detected.v1",
    data: { ...factsOf(after, isoTime(change.atMs)), previousSensitivity: before?.sensitivity ?? null },
  });
}

/** The event that its end owes, whoever ended it. */
export function endedEvent(ctx: Ctx, after: Anomaly, seen: Pick<PendingChange, "atMs">): Envelope {
  return envelop(ctx, "anomalies", {
    id: derivedId("event", after.id, "ended"),
    type: "anomaly.ended.v1",
    data: {
      ...factsOf(after, isoTime(seen.atMs)),
      endedAt: after.endedAt ?? isoTime(ctx.nowMs),
      outcome: after.outcome ?? "calm",
    },
  });
}

function factsOf(anomaly: Anomaly, at: string) {
  const { id: anomalyId, startedAt: since, kind, metric, seriesId, service, labels, unit } = anomaly;
  const { value, expected, band, score, feature, contributions } = anomaly;
  const { mode, metricClass, detectorVersion, sensitivity, reason } = anomaly;
  return {
    ...{ anomalyId, kind, metric, seriesId, service, labels, unit, since, at },
    ...{ value, expected, band, score, feature, contributions },
    ...{ mode, metricClass, detectorVersion, sensitivity, reason },
  };
}
