import type { OtherPrice } from "./prices.ts";
import { intervalMs, seriesCount } from "./telemetry.ts";

const monthMs = 30 * 24 * 3_600_000;
const million = 1e6;

/** A month of the same points: so many series, one point each in every interval. */
export const pointsAMonth = (seriesCount * monthMs) / intervalMs;

/** What somebody else's list asks for these points, USD a month and for a million of them. */
export function elsewhere(price: OtherPrice): { monthUsd: number; perMillionUsd: number } {
  const pointsAMinute = 60_000 / intervalMs;
  const series = seriesCount * Math.max(1, pointsAMinute / (price.includedPointsAMinute ?? pointsAMinute));
  const writes = pointsAMonth / Math.min(price.seriesPerWrite, seriesCount);
  const monthUsd = series * price.usdPerSeriesMonth + (writes / million) * price.usdPerMillionWrites;
  return { monthUsd, perMillionUsd: monthUsd / (pointsAMonth / million) };
}
