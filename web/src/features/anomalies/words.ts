import type { Sensitivity } from "../../../../events/anomalies.ts";
import type { Anomaly, AnomalyDecision, Detector } from "../../../../shared/anomalies/schemas.ts";
import type { Tone } from "../../components/marks.tsx";
import { inAddress } from "../../lib/projects.ts";

const features: Record<string, string> = {
  up: "jumped up",
  down: "dropped",
  "short-level": "stayed off its level for a short while",
  level: "moved to another level",
  "long-level": "drifted away slowly",
  variance: "became erratic",
  flatline: "stopped moving",
  "record-high": "is higher than ever seen",
  "record-low": "is lower than ever seen",
  missing: "stopped reporting",
};

/** What a feature means in words; a feature not known here stands for itself. */
export const featureWords = (feature: string | null): string =>
  feature === null ? "moved together in an unusual way" : (features[feature] ?? feature);

/** The shapes a model may see. */
export const triageWords: Record<NonNullable<Anomaly["triage"]>["kind"], string> = {
  spike: "a spike",
  drop: "a drop",
  "level-shift": "a move to another level",
  trend: "a trend",
  flatline: "a flat line",
  noise: "nothing but noise",
};

/** What a sensitivity finds. */
export const sensitivityWords: Record<Sensitivity, string> = {
  low: "Only the extraordinary",
  medium: "Clear ones",
  high: "Even slight ones",
};

/** −log10 of a rarity as people say it: 4 → `1 in 10,000`, 9 → `1 in a billion`. */
export function rarityWords(score: number): string {
  if (score < 1) return "ordinary";
  if (score >= 12) return "unheard of";
  const scale = (
    [
      [9, "billion"],
      [6, "million"],
    ] as const
  ).find(([power]) => score >= power);
  const odds = 10 ** (score - (scale?.[0] ?? 0));
  const rounded = Number(odds.toPrecision(1)).toLocaleString("en");
  if (scale === undefined) return `1 in ${rounded}`;
  return rounded === "1" ? `1 in a ${scale[1]}` : `1 in ${rounded} ${scale[1]}`;
}

export const nameOf = ({ kind, metric, service }: Anomaly): string =>
  kind === "vector" ? `${service ?? "A service"} as a whole` : (metric ?? "A series");

const outcomes: Record<NonNullable<Anomaly["outcome"]>, string> = {
  calm: "Back to normal",
  adapted: "The new normal",
  silent: "Series stopped",
  withdrawn: "Withdrawn",
  resolved: "Resolved",
  dismissed: "Not an anomaly",
};

/** Where an anomaly stands: a word and how it looks. */
export function standing({ state, outcome, mode }: Anomaly): { word: string; tone: Tone; filled: number } {
  if (state === "open")
    return {
      word: "Now",
      tone: mode === "paging" ? "critical" : "warning",
      filled: mode === "paging" ? 1 : 0.5,
    };
  const word = outcome === null ? "Ended" : outcomes[outcome];
  return { word, tone: outcome === "calm" ? "good" : "calm", filled: 0 };
}

export const decisionLooks: Record<AnomalyDecision["outcome"], { word: string; tone: Tone; filled: number }> =
  {
    detected: { word: "Detected", tone: "warning", filled: 1 },
    grew: { word: "Grew", tone: "critical", filled: 1 },
    ended: { word: "Ended", tone: "good", filled: 0 },
    withdrawn: { word: "Withdrawn", tone: "calm", filled: 0 },
    suppressed: { word: "Kept quiet", tone: "calm", filled: 0.5 },
    acknowledged: { word: "Acknowledged", tone: "info", filled: 0.5 },
    resolved: { word: "Resolved", tone: "good", filled: 1 },
    dismissed: { word: "Dismissed", tone: "accent", filled: 0.5 },
  };

export function detectorName({ kind, service, project, id }: Detector): string {
  if (kind === "metric") return "Single metrics";
  if (kind === "vector") return "Services as a whole";
  if (service === null) return id;
  const of = project === null || inAddress(project) === null ? "" : ` of ${project}`;
  return `Isolation Forest, ${service}${of}`;
}
