import type { PendingChange } from "./pending-change.ts";
import type { Feature } from "./settings.ts";

/** What each feature of the detector says, as a clause. */
const clauses: Record<Feature, string> = {
  up: "it jumped up",
  down: "it dropped",
  "short-level": "it has moved away within minutes",
  level: "its level has moved",
  "long-level": "it drifts away slowly",
  variance: "it swings more than it did",
  flatline: "it has stopped moving",
  "record-high": "it was never this high",
  "record-low": "it was never this low",
  missing: "it has stopped reporting",
};

export function formatNumber(value: number, unit: string | null): string {
  const digits =
    Math.abs(value) >= 1e6 || (value !== 0 && Math.abs(value) < 1e-3) ? value.toExponential(2) : "";
  const text = digits || String(Number(value.toPrecision(4)));
  return unit === null || unit === "1" || unit.startsWith("{") ? text : `${text} ${unit}`;
}

/** What was seen, as a sentence with numbers that stands alone. */
export function describeChange(change: PendingChange): string {
  const { subject, value, low, high, score, feature, contributions } = change;
  const rarity = `a score of ${score.toFixed(1)}`;
  if (subject.kind === "vector") {
    const names = contributions.map(({ metric, share }) => `${metric} (${Math.round(100 * share)} %)`);
    const of = names.length > 0 ? `, most of all ${names.join(", ")}` : "";
    return `The metrics of ${subject.service ?? "the service"} together are unlike themselves${of}: ${rarity}.`;
  }
  const name = `${subject.signal === "value" ? "" : `${subject.signal} of `}${subject.metric ?? "the metric"}`;
  const unit = subject.signal === "rate" ? rateUnit(subject.unit) : subject.unit;
  if (value === null || low === null || high === null) return `${name} is unlike itself: ${rarity}.`;
  const clause = clauses[feature as Feature] ?? "it is unlike itself";
  return `${name} is ${formatNumber(value, unit)} where ${formatNumber(low, unit)} to ${formatNumber(high, unit)} is ordinary: ${clause}, ${rarity}.`;
}

const rateUnit = (unit: string | null) =>
  unit === null || unit === "1" || unit.startsWith("{") ? "/s" : `${unit}/s`;
