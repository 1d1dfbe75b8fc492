import { decide, type Standing } from "./decision.ts";
import { MetricDetector } from "./metric-detector.ts";
import { decision, type Sensitivity, service } from "./settings.ts";
import { exact as ex, loadState, saveState } from "./state.ts";

export interface Contributor {
  /** Position of the metric in the row. */
  metric: number;
  /** Its part of what makes the row unusual, 0 to 1. */
  share: number;
}

export interface VectorVerdict {
  /** How unusual the row is: 4 alarms at medium sensitivity. */
  score: number;
  /** True once per event. */
  alarm: boolean;
  /** The metrics that make the row unusual, most first, at most three. */
  contributors: Contributor[];
}

const version = 1;
const headBytes = 24;
const mostNamed = 3;
const quietIntervals = 100;
const leastShare = 0.05;

/**
 * Watches the metrics of one service together: a detector for each, and the root mean square of what each of them finds
 * strange, over the last rows. A fault that no single metric shows clearly shows in many a little. The number of
 * metrics is that of the first row; later rows may miss some.
 */
export class VectorDetector {
  private metrics: MetricDetector[] = [];
  private energy = 0;
  private readonly standing: Standing = { openUntilMs: -Number.MAX_VALUE, peak: 0 };
  private readonly sensitivity: Sensitivity;

  constructor(sensitivity: Sensitivity = "medium") {
    this.sensitivity = sensitivity;
  }

  observe(timeMs: number, row: readonly (number | null)[]): VectorVerdict {
    if (this.metrics.length === 0) this.metrics = row.map(() => new MetricDetector());
    let sum = 0;
    for (let i = 0; i < this.metrics.length; i++) {
      const metric = this.metrics[i] as MetricDetector;
      metric.observe(timeMs, row[i]);
      sum += metric.strangeness * metric.strangeness;
    }
    const energy = sum / Math.max(1, this.metrics.length);
    this.energy = Math.fround(this.energy + (energy - this.energy) / service.memoryRows);
    const score = (decision.thresholds.medium * Math.sqrt(this.energy)) / service.alarmAt;
    return { score, alarm: this.alarms(score, timeMs), contributors: this.contributors(sum) };
  }

  /** What is stored: the states of the metrics behind a head with what they share. */
  save(): Uint8Array {
    const parts = this.metrics.map((metric) => saveState(metric.state));
    const lengthsAt = headBytes;
    const bodyAt = lengthsAt + 4 * parts.length;
    const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.byteLength, bodyAt));
    const view = new DataView(bytes.buffer);
    view.setUint16(0, version, true);
    view.setUint16(2, parts.length, true);
    view.setFloat32(4, this.energy, true);
    view.setFloat32(8, this.standing.peak, true);
    view.setFloat64(16, this.standing.openUntilMs, true);
    let at = bodyAt;
    parts.forEach((part, i) => {
      view.setUint32(lengthsAt + 4 * i, part.byteLength, true);
      bytes.set(part, at);
      at += part.byteLength;
    });
    return bytes;
  }

  /** The detector behind stored bytes, or undefined when they are of another version or damaged. */
  static load(bytes: Uint8Array, sensitivity: Sensitivity = "medium"): VectorDetector | undefined {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    if (bytes.byteLength < headBytes || view.getUint16(0, true) !== version) return undefined;
    const count = view.getUint16(2, true);
    let at = headBytes + 4 * count;
    if (bytes.byteLength < at) return undefined;
    const detector = new VectorDetector(sensitivity);
    for (let i = 0; i < count; i++) {
      const length = view.getUint32(headBytes + 4 * i, true);
      const state = loadState(bytes.subarray(at, at + length));
      if (!state) return undefined;
      detector.metrics.push(new MetricDetector(state));
      at += length;
    }
    detector.energy = view.getFloat32(4, true);
    detector.standing.peak = view.getFloat32(8, true);
    detector.standing.openUntilMs = view.getFloat64(16, true);
    return detector;
  }

  private alarms(score: number, timeMs: number): boolean {
    const intervalMs = this.metrics[0]?.state.exact[ex.intervalMs] ?? 0;
    const quietMs = quietIntervals * intervalMs || decision.quietMs;
    const alarm = decide(this.standing, score, timeMs, quietMs, decision.thresholds[this.sensitivity]);
    this.standing.peak = Math.fround(this.standing.peak);
    return alarm;
  }

  private contributors(sum: number): Contributor[] {
    if (sum === 0) return [];
    return this.metrics
      .map(({ strangeness }, metric) => ({ metric, share: strangeness ** 2 / sum }))
      .filter(({ share }) => share >= leastShare)
      .sort((a, b) => b.share - a.share)
      .slice(0, mostNamed);
  }
}
