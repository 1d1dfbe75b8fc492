import { hash } from "node:crypto";
import type { Series } from "./points.ts";

/**
 * The identity of a series: the first 64 bits of SHA-256 over name, type, temporality and sorted labels,
 * as 16 lower-case hex digits. Unit and monotonicity describe a series and do not set it apart.
 */
export function makeSeriesId(series: Omit<Series, "seriesId">): string {
  // Every text stands behind its length, so no label value can imitate another label.
  let text = `${series.type}|${series.temporality}|${series.name.length}:${series.name}`;
  for (const key of Object.keys(series.labels).sort()) {
    const value = series.labels[key] ?? "";
    text += `${key.length}:${key}${value.length}:${value}`;
  }
  return hash("sha256", text, "hex").slice(0, 16);
}
