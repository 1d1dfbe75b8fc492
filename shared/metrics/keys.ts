/** Moments in sort keys: 13 digits, so that text order is time order until the year 2286. */
export function timeKey(ms: number): string {
  return String(Math.max(0, Math.floor(ms))).padStart(13, "0");
}

export function epochSeconds(ms: number): number {
  return Math.ceil(ms / 1000);
}
