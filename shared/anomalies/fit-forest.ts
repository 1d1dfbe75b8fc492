import { hash } from "node:crypto";
import { activeOf, type DetectorRecord, keptVersions } from "./detector-record.ts";
import { driftOf } from "./drift.ts";
import type { Forest } from "./forest-store.ts";
import type { Columns } from "./gate.ts";
import { growForest, isolationOf, saveForest } from "./isolation-forest.ts";
import type { DetectorVersion } from "./schemas.ts";
import { forestId, type WatchedService } from "./watched-service.ts";

const leastRows = 200;
const mostRows = 2_880;
const trees = 100;
const sample = 256;
const rareShare = 0.99;
/** Isolation lies between 0.3 and 0.8; drift is told by bins made for scores. */
const isolationAsScore = 10;

/** Rows a forest can grow on: what a metric did not send is taken as what it usually is. */
export function fullRows({ metrics, timesMs }: Columns): number[][] {
  const usual = metrics.map((values) => {
    const known = values.filter((value) => value !== null).sort((a, b) => a - b);
    return known[known.length >> 1] ?? 0;
  });
  return timesMs.map((_, t) => metrics.map((values, i) => values[t] ?? usual[i] ?? 0)).slice(-mostRows);
}

/** A forest of the newest rows; undefined where there are too few. The same rows grow the same forest. */
export function fitForest(
  rows: readonly number[][],
  seriesIds: readonly string[],
  version: number,
): Forest | undefined {
  if (rows.length < leastRows) return undefined;
  const forest = growForest(rows, { seed: version, trees, sample });
  const isolations = rows.map((row) => isolationOf(forest, row)).sort((a, b) => a - b);
  const rareAbove = isolations[Math.floor(rareShare * isolations.length)] ?? 1;
  return { version, seriesIds: [...seriesIds], rareAbove, forest };
}

/** The registry's entry after a forest was grown: it is at work at once, for it decides nothing. */
export function fittedRecord(
  before: DetectorRecord | undefined,
  watched: WatchedService,
  fitted: { forest: Forest; rows: readonly number[][]; previous: Forest | undefined; at: string },
): DetectorRecord {
  const { forest, rows, previous, at } = fitted;
  const scores = previous ? rows.map((row) => isolationAsScore * isolationOf(previous.forest, row)) : [];
  const version: DetectorVersion = {
    version: forest.version,
    digest: hash("sha256", saveForest(forest.forest), "hex").slice(0, 16),
    createdAt: at,
    status: "accepted",
    parameters: {
      trees,
      sample,
      rows: rows.length,
      metrics: forest.seriesIds.length,
      rareAbove: forest.rareAbove,
    },
    gates: [],
    drift: previous && before ? driftOf(scores, activeOf(before)?.drift?.today, at) : null,
    note: "Asked for a second opinion; it never pages.",
  };
  const earlier = (before?.versions ?? []).map((one) => ({ ...one, status: "retired" as const }));
  return {
    id: forestId(watched),
    kind: "forest",
    ...watched,
    activeVersion: version.version,
    versions: [version, ...earlier].slice(0, keptVersions),
    held: null,
    fittedMs: Date.parse(at),
    version: (before?.version ?? 0) + 1,
  };
}
