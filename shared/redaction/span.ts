/** A stretch of a text that must not be kept, in UTF-16 units, `end` exclusive. */
export interface Span {
  start: number;
  end: number;
  /** What it is, as its mark says: `aws-key`, `password`, `email`. */
  kind: string;
  /** The secret itself: equal secrets get equal marks, whatever they were wrapped in. */
  secret: string;
  /** Of overlapping spans the highest rank names the whole. */
  rank: number;
}

export const ranks = { personal: 1, pair: 2, encoded: 3, url: 4, token: 5, block: 6 } as const;

/** One span where several overlap, in order; linear after the sort. */
export function mergeSpans(spans: Span[]): Span[] {
  if (spans.length < 2) return spans;
  spans.sort((a, b) => a.start - b.start || b.end - a.end);
  const merged: Span[] = [];
  let last: Span | undefined;
  for (const span of spans) {
    if (last && span.start < last.end) {
      last.end = Math.max(last.end, span.end);
      if (span.rank > last.rank) Object.assign(last, { ...span, start: last.start, end: last.end });
    } else {
      last = { ...span };
      merged.push(last);
    }
  }
  return merged;
}
