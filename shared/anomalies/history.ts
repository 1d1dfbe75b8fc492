import type { MetricStore } from "../metrics/index.ts";
import { LimitExceeded } from "../platform/errors.ts";
import type { Matcher } from "../platform/labels/matchers.ts";
import type { Columns } from "./gate.ts";
import { type Sample, sampleMs, shownValue, storedSamples, type WatchedSeries } from "./sample.ts";

export interface Span {
  fromMs: number;
  toMs: number;
}
type History = Pick<MetricStore, "readPoints">;

const maxPoints = 400_000;
/** A store may not be asked for more conditions than people can write. */
const maxConditions = 32;

/** The samples of a watched series over a span, oldest first; none where there are too many points to read. */
export async function readHistory(
  tenantId: string,
  series: WatchedSeries,
  { fromMs, toMs }: Span,
  metrics: History,
): Promise<Sample[]> {
  const input = { name: series.metric, matchers: exactly(series.labels), fromMs, toMs };
  try {
    const found = await metrics.readPoints(tenantId, input, maxPoints);
    const own = found.find((one) => one.series.seriesId === series.id);
    return own ? storedSamples(own) : [];
  } catch (error) {
    if (error instanceof LimitExceeded) return [];
    throw error;
  }
}

/** Samples side by side, a row for each minute in which any of them has one, as values the detector is shown. */
export function columnsOf(
  parts: readonly { series: Pick<WatchedSeries, "form">; samples: readonly Sample[] }[],
): Columns {
  const shown = parts.map(({ series, samples }) => {
    const values = new Map<number, number | null>();
    samples.forEach((sample, i) => {
      values.set(Math.floor(sample.timeMs / sampleMs), shownValue(series, samples[i - 1], sample));
    });
    return values;
  });
  const minutes = [...new Set(shown.flatMap((values) => [...values.keys()]))].sort((a, b) => a - b);
  return {
    timesMs: minutes.map((minute) => minute * sampleMs),
    metrics: shown.map((values) => minutes.map((minute) => values.get(minute) ?? null)),
  };
}

function exactly(labels: Readonly<Record<string, string>>): Matcher[] {
  return Object.entries(labels)
    .slice(0, maxConditions)
    .map(([label, value]) => ({ label, operator: "=", value, test: (found: string) => found === value }));
}
