import { type BlockState, keepMembers, livingMembers, newestMinute } from "./block-state.ts";
import { isBefore, type Sample, sampleMs, type WatchedSeries } from "./sample.ts";
import { type Moment, Track } from "./track.ts";
import { type Change, type Row, SeriesWatch, VectorWatch } from "./watch.ts";

/** A change, and the series it is about; of a vector the members by which it came about. */
export interface BlockChange extends Change {
  series: WatchedSeries | null;
}

/** A block this size takes about 100 KB as it is saved; DynamoDB takes 400. */
export const seriesPerBlock = 64;
/** A service is watched as a whole by so many metrics: fewer say nothing that each does not say alone. */
export const fewestMetrics = 3;
export const metricsPerVector = 38;
/** So many minutes lie between the saves of the whole state; what came since is saved with every sample. */
const settleAfterMinutes = 15;
const mostSamples = 4_000;
/** So late a sample may come and still be put where it belongs. */
const graceMinutes = 5;
/** A service shows which metrics it has before it is watched by them. */
const gatherMinutes = 15;

/**
 * The samples of up to 64 series, and what the detectors make of them. All it says follows from `state`, which may be
 * saved after any `put` and gone on from elsewhere; merging the same sample twice changes nothing.
 */
export class Block {
  readonly state: BlockState;
  #byId: Map<string, number>;
  #moments: Map<number, Moment<Sample>>[];
  #tracks: Track<Sample>[] = [];
  #vector: Track<Row, VectorWatch> | undefined;
  #rows = new Map<number, Moment<Row>>();

  constructor(state: BlockState) {
    this.state = state;
    this.#byId = positionsOf(state);
    this.#moments = state.members.map(() => new Map());
    this.advance();
  }

  /** Where the series stands in the block; undefined where it is no member. */
  find(seriesId: string): number | undefined {
    return this.#byId.get(seriesId);
  }

  /** Whether another series may become a member. */
  get open(): boolean {
    const { kind, members, startMinute } = this.state;
    if (kind === "metric") return members.length < seriesPerBlock;
    return members.length < metricsPerVector && newestMinute(this.state) < (startMinute ?? 0) + gatherMinutes;
  }

  add(series: WatchedSeries): number {
    const { state } = this;
    state.members.push(series);
    state.samples.push(new Map());
    state.settled.push(Number.NEGATIVE_INFINITY);
    this.#moments.push(new Map());
    this.#byId.set(series.id, state.members.length - 1);
    return state.members.length - 1;
  }

  /** Takes the samples in; false when all of them were known, or come too late to count. */
  put(member: number, samples: readonly Sample[]): boolean {
    const { state } = this;
    const known = state.samples[member];
    if (!known) return false;
    let changed = false;
    for (const sample of samples) {
      const minute = Math.floor(sample.timeMs / sampleMs);
      if (minute <= (state.settled[member] ?? Number.POSITIVE_INFINITY)) continue;
      const standing = known.get(minute);
      if (standing && !isBefore(sample, standing)) continue;
      known.set(minute, sample);
      this.#moments[member]?.delete(minute);
      this.#rows.delete(minute);
      state.startMinute = Math.min(state.startMinute ?? minute, minute);
      changed = true;
    }
    return changed;
  }

  /** A person said that an anomaly of the member, or of the whole service, was none; once for each. */
  dismiss(member: number, anomalyId: string): void {
    const { state } = this;
    if (state.dismissals.some((one) => one.anomalyId === anomalyId)) return;
    // Behind the newest sample that the detector was shown, so that it counts from the next one.
    const minutes =
      state.kind === "vector" ? [newestMinute(this.state) - 1] : [...(state.samples[member]?.keys() ?? [])];
    const newest = Math.max(state.settled[member] ?? 0, ...minutes);
    state.dismissals.push({ member, timeMs: (newest + 1) * sampleMs - 1, anomalyId });
  }

  /** Shows the detectors what is new to them. */
  advance(): BlockChange[] {
    if (this.state.kind === "vector") return this.#advanceVector();
    return this.state.members.flatMap((series, i) => {
      const changes = this.#track(i).follow(this.#momentsOf(i));
      return changes.map((change) => ({ ...change, series }));
    });
  }

  /** What the service as a whole last scored. */
  get newestScore(): { timeMs: number; score: number } | undefined {
    return this.#vector?.newest?.newestScore;
  }

  /** Whether so much has come since the last full save that another is due. */
  get dueToSettle(): boolean {
    let count = 0;
    let longest = 0;
    for (const samples of this.state.samples) {
      count += samples.size;
      const minutes = [...samples.keys()];
      if (minutes.length > 1) longest = Math.max(longest, Math.max(...minutes) - Math.min(...minutes));
    }
    return count > mostSamples || longest >= settleAfterMinutes + graceMinutes;
  }

  /** Moves all but the last minutes into the bases, and forgets metrics that have been gone for a week. */
  settle(): void {
    if (this.state.kind === "vector") this.#settleVector();
    else {
      this.state.members.forEach((_, i) => {
        this.#settleMember(i);
      });
      this.#forget();
    }
  }

  #track(i: number): Track<Sample> {
    const member = this.state.members[i] as WatchedSeries;
    this.#tracks[i] ??= new Track((base) => new SeriesWatch(member, base), this.state.bases[i]);
    return this.#tracks[i] as Track<Sample>;
  }

  #momentsOf(i: number): Moment<Sample>[] {
    const cached = this.#moments[i] as Map<number, Moment<Sample>>;
    const moments = [...(this.state.samples[i] ?? [])].map(([minute, sample]) => {
      const moment = cached.get(minute) ?? { timeMs: sample.timeMs, entry: sample };
      cached.set(minute, moment);
      return moment;
    });
    return ordered([...moments, ...this.#dismissalsOf(i, cached)]);
  }

  #dismissalsOf<Entry>(member: number, cached: Map<number, Moment<Entry>>): Moment<Entry>[] {
    return this.state.dismissals
      .filter((dismissal) => dismissal.member === member)
      .map(({ timeMs }, i) => {
        const key = timeMs / sampleMs + i / sampleMs;
        const moment = cached.get(key) ?? { timeMs, dismissed: true as const };
        cached.set(key, moment);
        return moment;
      });
  }

  #settleMember(i: number): void {
    const samples = this.state.samples[i] as Map<number, Sample>;
    const horizon = Math.max(...samples.keys()) - graceMinutes;
    const moments = this.#momentsOf(i);
    const count = moments.filter(({ timeMs }) => Math.floor(timeMs / sampleMs) <= horizon).length;
    if (count === 0) return;
    this.state.bases[i] = this.#track(i).settle(count);
    this.state.settled[i] = horizon;
    this.#drop(i, horizon);
  }

  /** A row is shown once another minute has begun: by then its metrics are there. */
  #advanceVector(): BlockChange[] {
    const { state } = this;
    this.#vector ??= new Track((base) => new VectorWatch(state.members, base), state.bases[0]);
    const changes = this.#vector.follow(this.#rowMoments());
    return changes.map((change) => ({ ...change, series: null }));
  }

  #rowMoments(): Moment<Row>[] {
    const { state } = this;
    const newest = newestMinute(this.state);
    const firstMinute = (state.startMinute ?? 0) + gatherMinutes;
    const minutes = new Set(state.samples.flatMap((samples) => [...samples.keys()]));
    const rows = [...minutes].flatMap((minute) => {
      if (minute >= newest || minute < firstMinute) return [];
      const moment = this.#rows.get(minute) ?? {
        timeMs: minute * sampleMs,
        entry: state.samples.map((samples) => samples.get(minute)),
      };
      this.#rows.set(minute, moment);
      return [moment];
    });
    return ordered([...rows, ...this.#dismissalsOf(0, this.#rows)]);
  }

  #settleVector(): void {
    const { state } = this;
    const horizon = newestMinute(this.state) - graceMinutes;
    const moments = this.#rowMoments();
    const count = moments.filter(({ timeMs }) => Math.floor(timeMs / sampleMs) <= horizon).length;
    if (count > 0 && this.#vector) state.bases[0] = this.#vector.settle(count);
    state.members.forEach((_, i) => {
      state.settled[i] = Math.max(state.settled[i] ?? horizon, horizon);
      this.#drop(i, horizon);
    });
  }

  /** What a base holds by now need not be kept beside it. */
  #drop(member: number, horizon: number): void {
    const { state } = this;
    const samples = state.samples[member] as Map<number, Sample>;
    for (const minute of samples.keys()) {
      if (minute > horizon) continue;
      samples.delete(minute);
      this.#moments[member]?.delete(minute);
      this.#rows.delete(minute);
    }
    state.dismissals = state.dismissals.filter(
      (one) => one.member !== member || Math.floor(one.timeMs / sampleMs) > horizon,
    );
  }

  #forget(): void {
    const { state } = this;
    const kept = livingMembers(state);
    if (kept.length === state.members.length) return;
    keepMembers(state, kept);
    this.#tracks = kept.map((i) => this.#tracks[i] as Track<Sample>);
    this.#moments = kept.map((i) => this.#moments[i] as Map<number, Moment<Sample>>);
    this.#byId = positionsOf(state);
  }
}

function positionsOf({ members }: BlockState): Map<string, number> {
  return new Map(members.map(({ id }, i) => [id, i]));
}

function ordered<Entry>(moments: Moment<Entry>[]): Moment<Entry>[] {
  return moments.sort((a, b) => a.timeMs - b.timeMs);
}
