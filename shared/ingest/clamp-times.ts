import { type PointBatch, pointFlags } from "../metrics/index.ts";
import { limits } from "./limits.ts";

/**
 * The batch with every event time inside what is stored: a missing one becomes the time of receipt, one further
 * back or ahead than the limits becomes the limit, and the point's flags say so.
 */
export function clampTimes(points: PointBatch, receivedAtMs: number): PointBatch {
  const earliest = receivedAtMs - limits.pastMs;
  const latest = receivedAtMs + limits.futureMs;
  const timesMs = points.timesMs.slice();
  const flags = points.flags.slice();
  for (let i = 0; i < timesMs.length; i++) {
    const timeMs = timesMs[i] ?? 0;
    if (timeMs >= earliest && timeMs <= latest) continue;
    timesMs[i] = timeMs === 0 ? receivedAtMs : timeMs < earliest ? earliest : latest;
    flags[i] = (flags[i] ?? 0) | (timeMs === 0 ? pointFlags.timeMissing : pointFlags.timeClamped);
  }
  return { ...points, timesMs, flags };
}
