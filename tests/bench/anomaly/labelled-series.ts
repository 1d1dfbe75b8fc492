import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";

/** A series with the windows in which something was wrong. */
export interface LabelledSeries {
  id: string;
  corpus: string;
  kind: "metric" | "vector";
  timestamps: number[];
  values: (number | null)[] | (number | null)[][];
  /** Leading rows without labels; vectors only. */
  train?: number;
  /** First and last index, both inclusive; disjoint and ascending. */
  windows: [number, number][];
  /** The fault of each window, where it is known. */
  types?: string[];
  /** How many points one false alert covers. */
  intervalPoints: number;
}

export const metricCorpora = ["nab", "microsoft", "synthetic"] as const;
export const vectorCorpora = ["js2", "js3", "asd", "smd"] as const;

export function readLines<T>(folder: string, name: string): T[] {
  return gunzipSync(readFileSync(join(folder, name)))
    .toString()
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
}

export const readCorpus = (folder: string, corpus: string) =>
  readLines<LabelledSeries>(folder, `dev-${corpus}.jsonl.gz`);

export const hasData = (folder: string) => existsSync(join(folder, "dev-nab.jsonl.gz"));

/** The part of a corpus that is left out together: a folder of NAB, an application, a set of vectors. */
export const familyOf = (series: LabelledSeries) =>
  series.corpus === "nab" || series.corpus === "microsoft" ? (series.id.split("/")[1] ?? "") : series.corpus;
