import { hash } from "node:crypto";
import { type PointBatch, selectPoints } from "../metrics/index.ts";
import { type DecodedMetrics, namedRejections, type Rejection } from "./point-sink.ts";
import type { OverQuota } from "./series-quota.ts";

/** Who has no room, and what their senders are told. */
export type Refusal = NonNullable<Awaited<ReturnType<OverQuota>>>;

/**
 * A request without the points of refused series, which are rejected each for itself. What is left has a digest of
 * its own: the same content sent again when there is room is no repetition.
 */
export function withinQuota(
  decoded: DecodedMetrics,
  points: PointBatch,
  { seriesIds, reason }: Refusal,
): DecodedMetrics {
  const places: number[] = [];
  const refused: Rejection[] = [];
  let refusedCount = 0;
  points.seriesIndex.forEach((at, place) => {
    const series = points.series[at];
    if (!series || !seriesIds.has(series.seriesId)) {
      places.push(place);
      return;
    }
    refusedCount++;
    const index = decoded.indexes[place] ?? place;
    if (refused.length < namedRejections) refused.push({ metric: series.name, index, reason });
  });
  const rejections = [...decoded.rejections, ...refused].toSorted((a, b) => a.index - b.index);
  return {
    ...decoded,
    digest: hash("sha256", [decoded.digest, ...[...seriesIds].sort()].join(), "hex"),
    points: selectPoints(points, places),
    indexes: places.map((place) => decoded.indexes[place] ?? place),
    rejectedCount: decoded.rejectedCount + refusedCount,
    rejections: rejections.slice(0, namedRejections),
  };
}
