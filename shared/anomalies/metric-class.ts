import type { Signal } from "./schemas.ts";
import { settings } from "./settings.ts";
import { slot as at, type SeriesState } from "./state.ts";

const families: readonly [family: string, units: RegExp][] = [
  ["time", /^(ns|us|µs|ms|s|min|h|d)$/],
  ["bytes", /^([KMGT]i?)?(By|B|bytes)$/],
  ["ratio", /^(1|%|ratio|percent)$/],
  ["count", /^\{.*\}$/],
];

/**
 * What a gate is passed for: the signal, the family of the unit and the rhythm, like `rate/count/daily`. Detectors
 * fail by kind of series and not by name, and few classes gather enough history each to be judged on.
 */
export function metricClassOf(signal: Signal, unit: string | null, rhythm: Rhythm): string {
  const family = families.find(([, units]) => units.test(unit ?? ""))?.[0] ?? "other";
  return `${signal}/${family}/${rhythm}`;
}

export type Rhythm = "daily" | "none";

/** Whether the series has shown a day's rhythm that its expectations rest on. */
export function rhythmOf({ cells, profile }: SeriesState): Rhythm {
  if (profile.length === 0 || cells[at.ready] === 0) return "none";
  return cells[at.gainTop] >= settings.leastGain * cells[at.gainBottom] ? "daily" : "none";
}
