import { readFileSync } from "node:fs";
import type { PointBatch, Series } from "../../shared/metrics/index.ts";
import { PointBatchBuilder } from "../../shared/metrics/index.ts";
import { aSeries } from "./builders.ts";

interface Recording {
  startMs: number;
  timesMs: number[];
  series: {
    name: string;
    unit: string | null;
    type: "gauge" | "sum";
    labels: Record<string, string>;
    values: number[];
  }[];
}

const file = new URL("./fixtures/host-metrics.json", import.meta.url);
const recording = JSON.parse(readFileSync(file, "utf8")) as Recording;

/** How many moments were recorded. */
export const recordedMoments = recording.timesMs.length;

/** One machine's series as its exporter names them. */
export function hostSeries(host: string): Series[] {
  return recording.series.map(({ name, unit, type, labels }) =>
    aSeries({
      name,
      unit,
      type,
      temporality: type === "sum" ? "cumulative" : null,
      monotonic: type === "sum",
      labels: { ...labels, "host.name": host, "service.name": "shop" },
    }),
  );
}

/** The whole recording as it was sent. */
export function recordedBatch(): PointBatch {
  const builder = new PointBatchBuilder();
  const all = hostSeries("a");
  recording.timesMs.forEach((timeMs, moment) => {
    all.forEach((series, i) => {
      const start = series.type === "sum" ? recording.startMs : 0;
      builder.add(series, timeMs, start, recording.series[i]?.values[moment] ?? 0);
    });
  });
  return builder.build();
}

/**
 * One moment of a fleet: each host plays the recording from a place of its own, counters going on where they
 * ended, so that values stay as varied as they were.
 */
export function fleetBatch(fleet: readonly Series[][], timeMs: number, moment: number): PointBatch {
  const builder = new PointBatchBuilder();
  fleet.forEach((all, host) => {
    const played = moment + host * 37;
    const at = played % recordedMoments;
    const rounds = Math.floor(played / recordedMoments);
    all.forEach((series, i) => {
      const values = recording.series[i]?.values ?? [];
      const gained = series.type === "sum" ? (values.at(-1) ?? 0) - (values[0] ?? 0) : 0;
      builder.add(series, timeMs, recording.startMs, (values[at] ?? 0) + rounds * gained);
    });
  });
  return builder.build();
}
