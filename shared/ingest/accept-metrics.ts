import type { Publish } from "../platform/bus/publish.ts";
import type { Ctx } from "../platform/context.ts";
import type { RedactionSalt } from "../tenancy/index.ts";
import { clampTimes } from "./clamp-times.ts";
import { inProject } from "./in-project.ts";
import { packEvents } from "./pack-events.ts";
import type { DecodedMetrics, Rejection } from "./point-sink.ts";
import { redactSeries } from "./redact-series.ts";
import type { OverQuota } from "./series-quota.ts";
import { withinQuota } from "./within-quota.ts";

export interface Accepted {
  accepted: number;
  rejected: number;
  /** The first hundred rejections, by their place. */
  rejections: readonly Rejection[];
}

interface AcceptDeps {
  publish: Publish;
  redactionSalt: RedactionSalt;
  /** Absent: what the platform says of itself has no quota. */
  overQuota?: OverQuota;
}

/**
 * Accepts what a request held: event times are clamped and flagged, secrets and personal data in labels are
 * masked, the project is what the key says, points of new series beyond the quota are rejected, and the good ones
 * go on the bus as `metrics.received.v1`. When it returns, the bus has every accepted point; it throws what
 * publishing throws, and then nothing counts as accepted and the sender sends again. The same content sent again
 * makes the same events.
 */
export async function acceptMetrics(ctx: Ctx, decoded: DecodedMetrics, deps: AcceptDeps): Promise<Accepted> {
  const salt = await deps.redactionSalt(ctx.tenantId);
  const series = decoded.points.series.map((one) => redactSeries(one, salt));
  const points = inProject({ ...clampTimes(decoded.points, ctx.nowMs), series }, ctx.projects);
  const refusal = await deps.overQuota?.(ctx, points.series);
  const taken = refusal ? withinQuota(decoded, points, refusal) : { ...decoded, points };
  const events = packEvents(ctx, taken.points, taken.digest);
  if (events.length > 0) await deps.publish(events);
  return {
    accepted: taken.points.values.length,
    rejected: taken.rejectedCount,
    rejections: taken.rejections,
  };
}
