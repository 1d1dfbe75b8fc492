/** A stretch of time as the URL and the API spell it: `-1h`…`now`, or ms since the epoch. */
export interface TimeRange {
  from: string;
  to: string;
}

export const presets = [
  { from: "-15m", label: "15 min" },
  { from: "-1h", label: "1 h" },
  { from: "-6h", label: "6 h" },
  { from: "-24h", label: "24 h" },
  { from: "-7d", label: "7 d" },
  { from: "-30d", label: "30 d" },
] as const;

/**
 * Where to begin drawing: at the first point where the history that was asked for begins only in its
 * second half, as on a first day; else where asked.
 */
export function drawnFrom(
  fromMs: number,
  toMs: number,
  timesMs: readonly number[],
  groups: readonly { values: readonly (number | null)[] }[],
): number {
  const first = timesMs.find((_, index) => groups.some(({ values }) => values[index] !== null));
  return first !== undefined && first > (fromMs + toMs) / 2 ? Math.min(first, toMs - 60_000) : fromMs;
}

const unitMs: Record<string, number> = { s: 1e3, m: 6e4, h: 36e5, d: 864e5 };

/** Ends of a range in ms since the epoch. */
export function spanOf(range: TimeRange, nowMs: number): { fromMs: number; toMs: number } {
  return { fromMs: momentOf(range.from, nowMs), toMs: momentOf(range.to, nowMs) };
}

/** True while the range moves on with the clock. */
export const isLive = (range: TimeRange): boolean => range.to === "now";

function momentOf(text: string, nowMs: number): number {
  if (text === "now") return nowMs;
  const relative = /^-(\d+)([smhd])$/.exec(text);
  if (relative) return nowMs - Number(relative[1]) * (unitMs[relative[2] ?? ""] ?? 0);
  if (/^\d+$/.test(text)) return Number(text);
  const parsed = Date.parse(text);
  return Number.isNaN(parsed) ? nowMs : parsed;
}
