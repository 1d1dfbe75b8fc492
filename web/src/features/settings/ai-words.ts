import type { AiUsage, ModelOutcome, ModelPurpose } from "../../../../shared/models/schemas.ts";
import type { Tone } from "../../components/marks.tsx";

interface Look {
  word: string;
  tone: Tone;
  filled: number;
}

export const purposeWords: Record<ModelPurpose, string> = {
  triage: "Sorting what matters",
  explanation: "Explaining incidents",
  question: "Answering questions",
};

/** How a request ended; all but the first left the platform to its own words. */
export const outcomeLooks: Record<ModelOutcome, Look> = {
  answered: { word: "Answered", tone: "good", filled: 1 },
  "not-configured": { word: "No model set up", tone: "calm", filled: 0 },
  "budget-exhausted": { word: "Budget used up", tone: "warning", filled: 1 },
  "circuit-open": { word: "Provider left alone", tone: "warning", filled: 0.5 },
  "timed-out": { word: "Took too long", tone: "warning", filled: 0.5 },
  "rate-limited": { word: "Provider was busy", tone: "warning", filled: 0.5 },
  "provider-error": { word: "Provider failed", tone: "critical", filled: 1 },
  unauthorized: { word: "Key refused", tone: "critical", filled: 1 },
  "too-long": { word: "Too long for it", tone: "calm", filled: 0.5 },
  refused: { word: "Model declined", tone: "calm", filled: 0.5 },
  "invalid-answer": { word: "Answer unusable", tone: "calm", filled: 0.5 },
};

export const circuitLooks: Record<AiUsage["providers"][number]["state"], Look> = {
  closed: { word: "Is asked", tone: "good", filled: 1 },
  "half-open": { word: "Tried again with one call", tone: "warning", filled: 0.5 },
  open: { word: "Left alone for a while", tone: "critical", filled: 1 },
};

/** Dollars at their size: $12.40, $0.0249, less than a hundredth of a cent as such. */
export function dollars(usd: number): string {
  if (usd === 0) return "$0";
  if (usd < 0.0001) return "< $0.0001";
  return usd < 1
    ? `$${Number(usd.toPrecision(3))}`
    : `$${usd.toLocaleString("en", { minimumFractionDigits: 2, maximumFractionDigits: 2 })}`;
}

export const share = (part: number, whole: number): string =>
  whole === 0 ? "–" : `${Math.round((100 * part) / whole)} %`;
