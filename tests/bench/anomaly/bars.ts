import type { Cost } from "./cost.ts";
import type { Measured } from "./measure.ts";
import type { CorpusScore } from "./score.ts";

export interface Bar {
  name: string;
  unit: string;
  value: number;
  /** The same with what was fitted chosen anew on other families of series. */
  leftOut?: number;
  must: number;
  target: number;
  lower: boolean;
  ok: boolean;
  reached: boolean;
}

/** What was measured beside what it has to be. */
export function barsOf(measured: Record<string, Measured>, cost: Cost): Bar[] {
  const quality = (
    name: string,
    corpus: string,
    pick: (score: CorpusScore) => number,
    [must, target]: [number, number],
    lower = false,
  ): Bar[] => {
    const found = measured[corpus];
    if (!found) return [];
    const bar = barOf({ name, unit: "", value: pick(found.fitted), must, target, lower });
    return [found.leftOut ? { ...bar, leftOut: pick(found.leftOut) } : bar];
  };
  const f1 = (score: CorpusScore) => score.eventF1;
  const spent = (name: string, unit: string, value: number, [must, target]: [number, number]) =>
    barOf({ name, unit, value, must, target, lower: true });
  return [
    ...quality("NAB standard", "nab", (score) => score.nab.standard, [65, 68]),
    ...quality("NAB low FP", "nab", (score) => score.nab.lowFalsePositives, [60, 66]),
    ...quality("NAB event-F1", "nab", f1, [0.68, 0.72]),
    ...quality("NAB false alerts per series-week", "nab", (score) => score.falsePerWeek, [0.25, 0.15], true),
    ...quality("Microsoft event-F1", "microsoft", f1, [0.56, 0.63]),
    ...quality("vectors event-F1", "vectors", f1, [0.58, 0.66]),
    ...quality("synthetic event-F1, dev seed", "synthetic", f1, [0.85, 0.88]),
    ...quality("synthetic event-F1, four other seeds", "synthetic, other seeds", f1, [0.85, 0.88]),
    spent("a point of a metric", "µs", cost.metricUs, [5, 1.5]),
    spent("a row of 38 metrics", "µs", cost.rowUs, [150, 50]),
    spent("state of a seasonal series", "B", cost.seasonalBytes, [4096, 2048]),
    spent("state of another series", "B", cost.otherBytes, [1024, 512]),
    spent("state load and save", "µs", cost.loadSaveUs, [10, 3]),
  ];
}

function barOf(bar: Omit<Bar, "ok" | "reached">): Bar {
  const reaches = (bound: number) => (bar.lower ? bar.value <= bound : bar.value >= bound);
  return { ...bar, ok: reaches(bar.must), reached: reaches(bar.target) };
}
