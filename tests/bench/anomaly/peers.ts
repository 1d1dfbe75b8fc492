import { growForest, type IsolationForest, isolationOf } from "../../../shared/anomalies/index.ts";

/** Detectors one would reach for first, implemented plainly. Each turns values into scores, point by point, in order. */
export type Peer = (values: readonly (number | null)[], timestamps: readonly number[]) => Float64Array;
export type VectorPeer = (rows: readonly (number | null)[][]) => Float64Array;

const dayMs = 86_400_000;
const tiny = 1e-9;

/** Distance from an exponentially weighted mean, in its standard deviations; span 500. */
export const ewma: Peer = (values) => {
  const share = 2 / 501;
  let mean = 0;
  let variance = 0;
  let seen = 0;
  return Float64Array.from(values, (value) => {
    if (value === null) return 0;
    if (seen++ === 0) mean = value;
    const off = value - mean;
    const score = seen > 30 ? Math.abs(off) / Math.sqrt(variance + tiny * (1 + mean * mean)) : 0;
    const pace = Math.max(share, 1 / seen);
    mean += pace * off;
    variance += pace * (off * off - variance);
    return score;
  });
};

/** Distance from the median of the last 288 points, in median absolute deviations of these. */
export const medianDeviation: Peer = (values) => {
  const recent: number[] = [];
  let centre = 0;
  let spread = 1;
  return Float64Array.from(values, (value, t) => {
    if (value === null) return 0;
    const score = recent.length >= 30 ? Math.abs(value - centre) / spread : 0;
    recent.push(value);
    if (recent.length > 288) recent.shift();
    if (t % 12 === 0 || recent.length === 30) {
      centre = medianOf(recent);
      spread =
        1.4826 * medianOf(recent.map((other) => Math.abs(other - centre))) + tiny * (1 + Math.abs(centre));
    }
    return score;
  });
};

const medianOf = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1] ?? 0;

/** Additive Holt-Winters with a day's season; the residual in its exponentially weighted deviations. */
export const holtWinters: Peer = (values, timestamps) => {
  const steps = timestamps
    .slice(1, 20)
    .map((time, i) => time - (timestamps[i] ?? 0))
    .sort((a, b) => a - b);
  const period = Math.max(2, Math.round(dayMs / Math.max(1, steps[steps.length >> 1] ?? dayMs)));
  const season = new Float64Array(period);
  let level = 0;
  let trend = 0;
  let deviation = 0;
  let seen = 0;
  return Float64Array.from(values, (value, t) => {
    if (value === null) return 0;
    const slot = t % period;
    if (seen++ === 0) level = value;
    const old = season[slot] as number;
    const residual = value - (level + trend + old);
    const score =
      seen > period + 30 ? Math.abs(residual) / (1.25 * deviation + tiny * (1 + Math.abs(level))) : 0;
    const before = level;
    level = 0.02 * (value - old) + 0.98 * (level + trend);
    trend = 0.001 * (level - before) + 0.999 * trend;
    season[slot] = seen <= period ? value - level : 0.2 * (value - level) + 0.8 * old;
    deviation += Math.max(0.005, 1 / seen) * (Math.abs(residual) - deviation);
    return score;
  });
};

const lags = 8;
const refitEvery = 1000;
const refitOn = 2000;

/** Isolation Forest on the last eight values, refitted every 1000 points on the last 2000. */
export const isolationOnLags: Peer = (values) => {
  const filled = values.map((value) => value ?? 0);
  const rowAt = (t: number) => filled.slice(t - lags + 1, t + 1);
  let forest: IsolationForest | undefined;
  return Float64Array.from(filled, (_, t) => {
    if (t >= 300 && (forest === undefined || t % refitEvery === 0)) {
      const first = Math.max(lags, t - refitOn);
      forest = growForest(Array.from({ length: t - first }, (_, i) => rowAt(first + i)));
    }
    return forest ? isolationOf(forest, rowAt(t)) : 0;
  });
};

/** Mean distance of a row's metrics from their exponentially weighted means. */
export const meanEwma: VectorPeer = (rows) => {
  const width = rows[0]?.length ?? 0;
  const times: number[] = [];
  const sum = new Float64Array(rows.length);
  for (let metric = 0; metric < width; metric++) {
    const scores = ewma(
      rows.map((row) => row[metric] ?? null),
      times,
    );
    for (let t = 0; t < sum.length; t++)
      sum[t] = (sum[t] as number) + Math.min(20, scores[t] as number) / width;
  }
  return sum;
};

/** Isolation Forest on whole rows, refitted every 2000 rows on the 4000 before. */
export const isolationOnRows: VectorPeer = (rows) => {
  let forest: IsolationForest | undefined;
  return Float64Array.from(rows, (row, t) => {
    if (t >= 500 && (forest === undefined || t % (2 * refitEvery) === 0))
      forest = growForest(rows.slice(Math.max(0, t - 2 * refitOn), t));
    return forest ? isolationOf(forest, row) : 0;
  });
};

export const metricPeers: Record<string, Peer> = {
  "EWMA z-score": ewma,
  "rolling median / MAD": medianDeviation,
  "Holt-Winters": holtWinters,
  "Isolation Forest": isolationOnLags,
};
export const vectorPeers: Record<string, VectorPeer> = {
  "EWMA z-score": meanEwma,
  "Isolation Forest": isolationOnRows,
};
