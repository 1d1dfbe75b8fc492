import { distributionIncrease } from "./distribution.ts";
import type { Distribution, Series, SeriesPoints } from "./points.ts";

/**
 * Two points further apart than this are not joined: what a counter gained over a long silence is not the rate
 * of the moment it came back. Whoever wants increases reads this much before the window.
 */
export const counterLookbackMs = 600_000;

/** Points of a series of which only the kind matters. */
export interface KindPoints extends Omit<SeriesPoints, "series"> {
  series: Pick<Series, "type" | "temporality" | "monotonic">;
}

/**
 * What each point adds to its series' total since the point before: NaN where nothing can be said (the first
 * point, or a silence before it). Cumulative counters that fall have restarted from 0. Start times are not
 * trusted as proof of a restart, because observable counters of common SDKs report totals older than the start
 * they claim. The increase over adjacent windows adds up exactly; nothing is extrapolated.
 */
export function increasesOf({ series, timesMs, values }: KindPoints): Float64Array {
  if (isDelta(series)) return values;
  const increases = new Float64Array(values.length).fill(Number.NaN);
  const resets = series.type !== "sum" || series.monotonic;
  let before = -1;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] ?? Number.NaN;
    if (Number.isNaN(value)) continue;
    if (before >= 0 && (timesMs[i] ?? 0) - (timesMs[before] ?? 0) <= counterLookbackMs) {
      const gained = value - (values[before] ?? 0);
      increases[i] = gained < 0 && resets ? value : gained;
    }
    before = i;
  }
  return increases;
}

/** The same for distributions: what was observed since the point before, null where nothing can be said. */
export function distributionIncreasesOf(points: KindPoints): (Distribution | null)[] {
  const { distributions, timesMs } = points;
  if (!distributions || isDelta(points.series)) return distributions ?? [];
  return distributions.map((after, i) => {
    const before = distributions[i - 1];
    const near = (timesMs[i] ?? 0) - (timesMs[i - 1] ?? 0) <= counterLookbackMs;
    return before && near ? distributionIncrease(before, after) : null;
  });
}

/** Summaries name no temporality and are cumulative in practice. */
function isDelta({ temporality }: KindPoints["series"]): boolean {
  return temporality === "delta";
}
