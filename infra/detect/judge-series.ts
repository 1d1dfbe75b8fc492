import { loadState, MetricDetector, saveState, VectorDetector } from "../../shared/anomalies/index.ts";

export interface SeriesInput {
  id: string;
  kind: "metric" | "vector";
  timestamps: number[];
  values: (number | null)[] | ((number | null)[] | null)[];
}

export interface SeriesJudgement {
  id: string;
  score: number[];
  alarm: (0 | 1)[];
}

/** What the detector says about every point of a series, its state stored and read back every so many points. */
export function judgeSeries(series: SeriesInput, restartEvery: number): SeriesJudgement {
  const { id, kind, timestamps, values } = series;
  const score: number[] = [];
  const alarm: (0 | 1)[] = [];
  const watch = kind === "vector" ? watchVector() : watchMetric();
  timestamps.forEach((timeMs, t) => {
    if (restartEvery > 0 && t > 0 && t % restartEvery === 0) watch.restart();
    const verdict = watch.observe(timeMs, values[t] ?? null);
    score.push(verdict.score);
    alarm.push(verdict.alarm ? 1 : 0);
  });
  return { id, score, alarm };
}

type Sample = SeriesInput["values"][number];
interface Watch {
  observe(timeMs: number, sample: Sample): { score: number; alarm: boolean };
  restart(): void;
}

function watchMetric(): Watch {
  let detector = new MetricDetector();
  return {
    observe: (timeMs, sample) => detector.observe(timeMs, typeof sample === "number" ? sample : null),
    restart: () => {
      detector = new MetricDetector(loadState(saveState(detector.state)));
    },
  };
}

function watchVector(): Watch {
  let detector = new VectorDetector();
  return {
    observe: (timeMs, sample) => detector.observe(timeMs, Array.isArray(sample) ? sample : []),
    restart: () => {
      detector = VectorDetector.load(detector.save()) ?? new VectorDetector();
    },
  };
}
