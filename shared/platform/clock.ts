/** The one place that reads the wall clock; everything else is told the time. */
export function nowMs(): number {
  return Date.now();
}

export function isoTime(ms: number): string {
  return new Date(ms).toISOString();
}
