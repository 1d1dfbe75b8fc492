import { roughDuration } from "./duration.ts";

const minuteMs = 60_000;

/** `just now`, `4 min ago`, `3 h ago`, then the viewer's own date and clock. */
export function relativeTime(atMs: number, nowMs: number): string {
  const ageMs = nowMs - atMs;
  if (ageMs < -minuteMs) return `in ${roughDuration(-ageMs)}`;
  if (ageMs < 10_000) return "just now";
  if (ageMs < minuteMs) return `${Math.floor(ageMs / 1_000)} s ago`;
  if (ageMs < 60 * minuteMs) return `${Math.floor(ageMs / minuteMs)} min ago`;
  if (ageMs < 24 * 60 * minuteMs) return `${Math.floor(ageMs / (60 * minuteMs))} h ago`;
  return localTime(atMs);
}

/** Date and clock in the viewer's zone; the year only where it is not this one. */
export function localTime(atMs: number): string {
  const at = new Date(atMs);
  return at.toLocaleString(undefined, {
    month: "short",
    day: "numeric",
    ...(at.getFullYear() === new Date().getFullYear() ? {} : { year: "numeric" as const }),
    hour: "2-digit",
    minute: "2-digit",
    hourCycle: "h23",
  });
}

/** The clock alone, to the second, in the viewer's zone. */
export function localClock(atMs: number): string {
  return new Date(atMs).toLocaleTimeString(undefined, {
    hour: "2-digit",
    minute: "2-digit",
    second: "2-digit",
    hourCycle: "h23",
  });
}

/** The same moment in UTC, to the second. */
export function utcTime(atMs: number): string {
  return `${new Date(atMs).toISOString().slice(0, 19).replace("T", " ")} UTC`;
}
