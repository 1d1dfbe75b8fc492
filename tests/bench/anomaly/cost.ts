import { loadState, MetricDetector, saveState, VectorDetector } from "../../../shared/anomalies/index.ts";
import { syntheticSeries } from "../../../shared/anomalies/synthetic-faults.ts";

export interface Cost {
  metricUs: number;
  rowUs: number;
  loadSaveUs: number;
  seasonalBytes: number;
  otherBytes: number;
}

const metricsOfRow = 38;

/** What the detector costs when warm, on one core: time per point and row, and what one series' state weighs. */
export function measureCost(): Cost {
  const seasonal = warm(0);
  const other = warm(1);
  const { values, timestamps } = syntheticSeries("cost", 0);
  const sample = (t: number) => values[t % values.length] as number;
  const metricUs = perCallUs(200_000, (t) =>
    seasonal.observe((timestamps[0] as number) + t * 300_000, sample(t)),
  );
  const vector = new VectorDetector();
  const row = new Array<number>(metricsOfRow).fill(0);
  const rowUs = perCallUs(8000, (t) => {
    for (let metric = 0; metric < metricsOfRow; metric++) row[metric] = sample(t + 7 * metric);
    vector.observe((timestamps[0] as number) + t * 300_000, row);
  });
  let bytes = saveState(seasonal.state);
  const loadSaveUs = perCallUs(50_000, () => {
    const state = loadState(bytes);
    if (state) bytes = saveState(state);
  });
  return {
    metricUs,
    rowUs,
    loadSaveUs,
    seasonalBytes: saveState(seasonal.state).byteLength,
    otherBytes: saveState(other.state).byteLength,
  };
}

/** A detector that has seen three weeks: with a daily rhythm, or without one. */
function warm(kind: 0 | 1): MetricDetector {
  const detector = new MetricDetector();
  for (let t = 0; t < 21 * 288; t++) {
    const wave = kind === 0 ? 10 * Math.sin((2 * Math.PI * t) / 288) : 0;
    detector.observe(Date.UTC(2024, 0, 1) + t * 300_000, 100 + wave + ((t * 7919) % 101) / 50);
  }
  return detector;
}

const rounds = 7;

/** The best of some rounds: what the call costs when nothing else runs on the core. */
function perCallUs(calls: number, call: (t: number) => void): number {
  const perRound = Math.floor(calls / rounds);
  for (let t = 0; t < perRound; t++) call(t);
  const each = Array.from({ length: rounds }, (_, round) => {
    const start = performance.now();
    for (let i = 1; i <= perRound; i++) call((round + 1) * perRound + i);
    return ((performance.now() - start) * 1000) / perRound;
  });
  return Math.min(...each);
}
