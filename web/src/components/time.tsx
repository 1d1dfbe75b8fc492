import { useNow } from "../lib/clock.ts";
import { roughDuration } from "../lib/duration.ts";
import { localClock, localTime, relativeTime, utcTime } from "../lib/time-text.ts";

type Shown = "relative" | "local" | "clock";

/** A moment in the viewer's zone; UTC on hover. */
export function Time({ at, as = "relative" }: { at: string | number; as?: Shown }) {
  const now = useNow();
  const atMs = typeof at === "number" ? at : Date.parse(at);
  const text =
    as === "relative" ? relativeTime(atMs, now) : as === "local" ? localTime(atMs) : localClock(atMs);
  return (
    <time dateTime={new Date(atMs).toISOString()} title={utcTime(atMs)}>
      {text}
    </time>
  );
}

/** How long something has lasted, or lasted. */
export function Lasting({ from, to }: { from: string; to?: string | null }) {
  const now = useNow();
  const endMs = to ? Date.parse(to) : now;
  return (
    <span title={`since ${utcTime(Date.parse(from))}`}>
      {roughDuration(Math.max(0, endMs - Date.parse(from)))}
    </span>
  );
}
