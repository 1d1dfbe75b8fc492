import type { Distribution, PointBatch, Series } from "./points.ts";

const firstCapacity = 256;

/** Gathers points into the columns of a PointBatch; series are told apart by their `seriesId`. */
export class PointBatchBuilder {
  #series: Series[] = [];
  #indexOf = new Map<string, number>();
  #seriesIndex = new Uint32Array(firstCapacity);
  #timesMs = new Float64Array(firstCapacity);
  #startTimesMs = new Float64Array(firstCapacity);
  #values = new Float64Array(firstCapacity);
  #flags = new Uint8Array(firstCapacity);
  #distributions = new Map<number, Distribution>();
  #size = 0;

  /** How many points are in it. */
  get size(): number {
    return this.#size;
  }

  /** Adds one point. The first description of a series stands for all its points. */
  add(
    series: Series,
    timeMs: number,
    startTimeMs: number,
    value: number,
    flags = 0,
    distribution?: Distribution,
  ): void {
    const at = this.#size;
    if (at === this.#values.length) this.#grow();
    let index = this.#indexOf.get(series.seriesId);
    if (index === undefined) {
      index = this.#series.push(series) - 1;
      this.#indexOf.set(series.seriesId, index);
    }
    this.#seriesIndex[at] = index;
    this.#timesMs[at] = timeMs;
    this.#startTimesMs[at] = startTimeMs;
    this.#values[at] = value;
    this.#flags[at] = flags;
    if (distribution) this.#distributions.set(at, distribution);
    this.#size = at + 1;
  }

  /** The batch so far. The columns are shared, so the builder is done with. */
  build(): PointBatch {
    return {
      series: this.#series,
      seriesIndex: this.#seriesIndex.subarray(0, this.#size),
      timesMs: this.#timesMs.subarray(0, this.#size),
      startTimesMs: this.#startTimesMs.subarray(0, this.#size),
      values: this.#values.subarray(0, this.#size),
      flags: this.#flags.subarray(0, this.#size),
      distributions: this.#distributions,
    };
  }

  #grow(): void {
    const capacity = this.#values.length * 2;
    this.#seriesIndex = enlarged(this.#seriesIndex, new Uint32Array(capacity));
    this.#timesMs = enlarged(this.#timesMs, new Float64Array(capacity));
    this.#startTimesMs = enlarged(this.#startTimesMs, new Float64Array(capacity));
    this.#values = enlarged(this.#values, new Float64Array(capacity));
    this.#flags = enlarged(this.#flags, new Uint8Array(capacity));
  }
}

/** The given points of a batch, in the given order, with only the series they belong to. */
export function selectPoints(batch: PointBatch, points: ArrayLike<number>): PointBatch {
  const builder = new PointBatchBuilder();
  for (let i = 0; i < points.length; i++) {
    const at = points[i] ?? 0;
    const series = batch.series[batch.seriesIndex[at] ?? 0];
    if (!series) throw new RangeError(`The batch has no point ${at}.`);
    builder.add(
      series,
      batch.timesMs[at] ?? 0,
      batch.startTimesMs[at] ?? 0,
      batch.values[at] ?? 0,
      batch.flags[at],
      batch.distributions.get(at),
    );
  }
  return builder.build();
}

function enlarged<T extends Uint8Array | Uint32Array | Float64Array>(from: T, to: T): T {
  to.set(from);
  return to;
}
