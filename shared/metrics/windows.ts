/**
 * Adjacent windows of one width: window i is (fromMs + i·widthMs, fromMs + (i+1)·widthMs], the last one cut
 * at toMs. Open at the start and closed at the end, as in PromQL, so a point belongs to one window only and
 * the point of this very moment counts.
 */
export interface Windows {
  fromMs: number;
  widthMs: number;
  count: number;
  toMs: number;
}

export function windowsOver(fromMs: number, toMs: number, widthMs: number): Windows {
  const alignedMs = Math.floor(fromMs / widthMs) * widthMs;
  return { fromMs: alignedMs, widthMs, count: Math.ceil((toMs - alignedMs) / widthMs), toMs };
}

/** The window a moment falls in; outside 0 … count-1 it is in none. */
export function windowIndex(windows: Windows, timeMs: number): number {
  return timeMs > windows.toMs ? -1 : Math.ceil((timeMs - windows.fromMs) / windows.widthMs) - 1;
}

/** The start of the window of this width a moment falls in, counted from the epoch. */
export function windowStart(timeMs: number, widthMs: number): number {
  return (Math.ceil(timeMs / widthMs) - 1) * widthMs;
}

/** How much time window i covers, s. */
export function windowSeconds(windows: Windows, i: number): number {
  const startMs = windows.fromMs + i * windows.widthMs;
  return (Math.min(startMs + windows.widthMs, windows.toMs) - startMs) / 1000;
}
