import { type Distribution, type PointBatch, PointBatchBuilder } from "../metrics/index.ts";
import type { SeriesOrFault } from "./describe-series.ts";
import { distributionFault } from "./distribution-fault.ts";
import type { MetricHead } from "./metric-head.ts";

/** One point that was not taken: which, counted within its metric or list, and why. */
export interface Rejection {
  metric: string;
  index: number;
  reason: string;
}

/** What a request held, whatever its wire. */
export interface DecodedMetrics {
  /** Names the content: equal for a body sent again byte for byte. */
  digest: string;
  /** `timesMs` is 0 where the sender gave no time. */
  points: PointBatch;
  /** Of each point: its place within its metric or list. */
  indexes: readonly number[];
  rejectedCount: number;
  /** The first hundred rejections, in order. */
  rejections: Rejection[];
  /** Points marked "no recorded value": they end a series and are not stored. */
  endedCount: number;
}

/** OTLP's DataPointFlags: the series ends here. */
export const noRecordedValue = 1;
export const namedRejections = 100;

/**
 * Where decoders put points; the rules on values are here, once for every wire. NaN is refused, since a value,
 * sum, minimum or maximum that is not a number says nothing; plus and minus infinity are kept.
 */
export class PointSink {
  readonly #points = new PointBatchBuilder();
  readonly #indexes: number[] = [];
  readonly #rejections: Rejection[] = [];
  #rejectedCount = 0;
  #endedCount = 0;

  /** A gauge or sum point; `value` is undefined where the sender set none. */
  number(
    head: MetricHead,
    index: number,
    series: SeriesOrFault,
    timeMs: number,
    startTimeMs: number,
    value: number | undefined,
  ): void {
    if (typeof series === "string") this.#reject(head, index, series);
    else if (value === undefined) this.#reject(head, index, "it has no value; send a number");
    else if (Number.isNaN(value)) this.#reject(head, index, "its value is NaN; send a number");
    else {
      this.#points.add(series, timeMs, head.type === "gauge" ? 0 : startTimeMs, value);
      this.#indexes.push(index);
    }
  }

  /** A histogram or summary point. A summary's quantile that is NaN had no observations and is left out. */
  distribution(
    head: MetricHead,
    index: number,
    series: SeriesOrFault,
    timeMs: number,
    startTimeMs: number,
    told: Distribution,
  ): void {
    const fault = distributionFault(told);
    if (typeof series === "string") this.#reject(head, index, series);
    else if (fault !== null) this.#reject(head, index, fault);
    else {
      this.#points.add(series, timeMs, startTimeMs, told.sum ?? Number.NaN, 0, withObservations(told));
      this.#indexes.push(index);
    }
  }

  /** A point marked "no recorded value". */
  end(): void {
    this.#endedCount++;
  }

  decoded(digest: string): DecodedMetrics {
    return {
      digest,
      points: this.#points.build(),
      indexes: this.#indexes,
      rejectedCount: this.#rejectedCount,
      rejections: this.#rejections,
      endedCount: this.#endedCount,
    };
  }

  #reject(head: MetricHead, index: number, reason: string): void {
    this.#rejectedCount++;
    if (this.#rejections.length < namedRejections) {
      this.#rejections.push({ metric: head.name, index, reason });
    }
  }
}

function withObservations(told: Distribution): Distribution {
  if (told.kind !== "summary") return told;
  return { ...told, quantiles: told.quantiles.filter(({ value }) => !Number.isNaN(value)) };
}
