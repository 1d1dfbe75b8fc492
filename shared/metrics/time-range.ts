import { Invalid } from "../platform/errors.ts";

export interface TimeRange {
  fromMs: number;
  toMs: number;
}

const unitsMs: Readonly<Record<string, number>> = {
  ms: 1,
  s: 1_000,
  m: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  w: 604_800_000,
};
const relative = /^(?:now)?\s*(?:([+-])\s*(\d{1,12})(ms|s|m|h|d|w))?$/;
const isoTime = /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})?)?$/;
/** The longest any resolution is kept. */
export const maxSpanMs = 400 * 86_400_000;
/** What `Date` can hold. */
const latestMs = 8_640_000_000_000_000;

/**
 * One moment as people and charts write it: ISO 8601, ms since the epoch, `now`, `now-15m`, `-1h`, `-30d`.
 * An ISO time without a zone is UTC. Throws Invalid naming the field and the forms that would be right.
 */
export function parseTime(text: string, nowMs: number, field: string): number {
  const trimmed = text.trim();
  const parsedMs = parseRelative(trimmed, nowMs) ?? parseAbsolute(trimmed);
  if (parsedMs !== undefined && Math.abs(parsedMs) <= latestMs) return parsedMs;
  throw new Invalid(
    `"${text.slice(0, 80)}" is not a time; write it like 2026-05-01T12:00:00Z, 1777636800000, now, -1h or now-15m.`,
    field,
  );
}

/**
 * The span between two such moments. Throws Invalid when it is empty, runs backwards, or is longer than the
 * 400 days that the coarsest roll-ups are kept.
 */
export function parseTimeRange(from: string, to: string, nowMs: number): TimeRange {
  const range = { fromMs: parseTime(from, nowMs, "from"), toMs: parseTime(to, nowMs, "to") };
  if (range.fromMs >= range.toMs) {
    throw new Invalid(`"from" (${from}) must lie before "to" (${to}).`, "from");
  }
  if (range.toMs - range.fromMs > maxSpanMs) {
    throw new Invalid(`From ${from} to ${to} is longer than 400 days; ask for a shorter span.`, "from");
  }
  return range;
}

function parseRelative(text: string, nowMs: number): number | undefined {
  const found = text === "" ? null : relative.exec(text);
  if (!found) return undefined;
  const [, sign, amount = "0", unit = "ms"] = found;
  const offsetMs = Number(amount) * (unitsMs[unit] ?? 1);
  return sign === "-" ? nowMs - offsetMs : nowMs + offsetMs;
}

function parseAbsolute(text: string): number | undefined {
  if (/^\d{1,16}$/.test(text)) return Number(text);
  if (!isoTime.test(text)) return undefined;
  const zoned = /T.*(Z|[+-]\d{2}:\d{2})$/.test(text) || !text.includes("T") ? text : `${text}Z`;
  const parsedMs = Date.parse(zoned);
  return Number.isNaN(parsedMs) ? undefined : parsedMs;
}
