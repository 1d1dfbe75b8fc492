import { finish, tallyPoints } from "./aggregate.ts";
import { groupMembers } from "./group.ts";
import type { AggregateInput } from "./metric-store.ts";
import type { Series, SeriesPoints } from "./points.ts";
import type { Plan } from "./resolution.ts";
import type { Aggregate, MetricInfo, MetricQueryResult } from "./schemas.ts";
import type { TallyColumn } from "./storage/tally-pack.ts";
import { addLater, addOther, emptyTally, type Tally } from "./tally.ts";
import { type Windows, windowIndex, windowSeconds } from "./windows.ts";

interface Tallied {
  series: Series;
  tallies: (Tally | undefined)[];
}

/** One series after the other, window by window, from roll-ups and raw points alike. */
export class SeriesTallies {
  readonly #windows: Windows;
  readonly #aggregate: Aggregate;
  readonly #bySeries = new Map<string, Tallied>();

  constructor(windows: Windows, aggregate: Aggregate) {
    this.#windows = windows;
    this.#aggregate = aggregate;
  }

  /** Roll-up buckets that begin from `fromMs` until before `toMs`; older than any points added later. */
  addColumn(series: Series, column: TallyColumn, { fromMs, toMs }: { fromMs: number; toMs: number }): void {
    const { tallies } = this.#of(series);
    column.startsMs.forEach((startMs, i) => {
      const tally = column.tallies[i];
      const at = windowIndex(this.#windows, Math.min(startMs + 1, this.#windows.toMs));
      if (!tally || startMs < fromMs || startMs >= toMs || at < 0) return;
      add(tallies, at, tally);
    });
  }

  /** Points after `fromMs`; those before serve as the base of increases. */
  addPoints(points: SeriesPoints, fromMs: number): void {
    const { tallies } = this.#of(points.series);
    tallyPoints(points, this.#windows, this.#aggregate, fromMs).forEach((tally, i) => {
      if (tally) add(tallies, i, tally);
    });
  }

  all(): Tallied[] {
    return [...this.#bySeries.values()].sort((a, b) => (a.series.seriesId < b.series.seriesId ? -1 : 1));
  }

  #of(series: Series): Tallied {
    const known = this.#bySeries.get(series.seriesId);
    if (known) return known;
    const fresh = { series, tallies: new Array<Tally | undefined>(this.#windows.count) };
    this.#bySeries.set(series.seriesId, fresh);
    return fresh;
  }
}

export function resultOf(
  input: AggregateInput,
  metric: Pick<MetricInfo, "unit" | "type">,
  { resolution, windows }: Plan,
  tallied: SeriesTallies,
): MetricQueryResult {
  const withData = tallied.all().filter(({ tallies }) => tallies.some((tally) => tally !== undefined));
  const { groups, truncated } = groupMembers(withData, ({ series }) => series.labels, input.groupBy);
  return {
    ...emptyResult(input),
    unit: metric.unit,
    type: metric.type,
    stepMs: windows.widthMs,
    resolution,
    timesMs: Array.from({ length: windows.count }, (_, i) => windows.fromMs + i * windows.widthMs),
    groups: groups.map(({ labels, members }) => ({
      labels,
      values: valuesOf(members, windows, input.aggregate),
    })),
    truncated,
  };
}

/** The answer where nothing is known of the metric. */
export function emptyResult({ name, aggregate, stepMs }: AggregateInput): MetricQueryResult {
  return {
    name,
    unit: null,
    type: null,
    aggregate,
    stepMs,
    resolution: "raw",
    timesMs: [],
    groups: [],
    truncated: false,
  };
}

/** JSON has no infinities, so they are null on a chart. */
function valuesOf(members: readonly Tallied[], windows: Windows, aggregate: Aggregate): (number | null)[] {
  return Array.from({ length: windows.count }, (_, i) => {
    const total = emptyTally();
    for (const { tallies } of members) {
      const tally = tallies[i];
      if (tally) addOther(total, tally);
    }
    const value = finish(total, aggregate, windowSeconds(windows, i));
    return value !== null && Number.isFinite(value) ? value : null;
  });
}

function add(tallies: (Tally | undefined)[], at: number, later: Tally): void {
  tallies[at] ??= emptyTally();
  const tally = tallies[at];
  if (tally) addLater(tally, later);
}
