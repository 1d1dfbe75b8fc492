import type { Publish } from "../platform/bus/publish.ts";
import type { Ctx } from "../platform/context.ts";
import type { RedactionSalt } from "../tenancy/index.ts";
import { clampTimes } from "./clamp-times.ts";
import { inProject } from "./in-project.ts";
import { packEvents } from "./pack-events.ts";
import type { DecodedMetrics, Rejection } from "./point-sink.ts";
import { redactSeries } from "./redact-series.ts";

export interface Accepted {
  accepted: number;
  rejected: number;
  /** The first hundred rejections, in order. */
  rejections: readonly Rejection[];
}

/**
 * Accepts what a request held: event times are clamped and flagged, secrets and personal data in labels are
 * masked, the project is what the key says, and the good points go on the bus as `metrics.received.v1`. When it
 * returns, the bus has every accepted point; it throws what publishing throws,
 * and then nothing counts as accepted and the sender sends again. The same content sent again makes the same
 * events.
 */
export async function acceptMetrics(
  ctx: Ctx,
  decoded: DecodedMetrics,
  deps: { publish: Publish; redactionSalt: RedactionSalt },
): Promise<Accepted> {
  const salt = await deps.redactionSalt(ctx.tenantId);
  const series = decoded.points.series.map((one) => redactSeries(one, salt));
  const points = inProject({ ...clampTimes(decoded.points, ctx.nowMs), series }, ctx.projects);
  const events = packEvents(ctx, points, decoded.digest);
  if (events.length > 0) await deps.publish(events);
  return {
    accepted: points.values.length,
    rejected: decoded.rejectedCount,
    rejections: decoded.rejections,
  };
}
