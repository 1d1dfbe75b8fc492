import type { PackedSection } from "./block.ts";
import { filterTable, mergeTables, type PointTable } from "./point-table.ts";
import type { SeriesRef } from "./series-ref.ts";

/** Stored points whose series are known and whose columns are not decoded yet. */
export interface OpenSection {
  refs: SeriesRef[];
  decode(wants: (ref: SeriesRef) => boolean): PointTable;
  /** How many points `decode` would give. */
  count(wants: (ref: SeriesRef) => boolean): number;
}

export function withRefs(section: PackedSection, refs: SeriesRef[]): OpenSection {
  return {
    refs,
    decode: (wants) => section.decode(refs, wants),
    count: (wants) => section.count(refs, wants),
  };
}

/** The wanted points with fromMs <= time < toMs, of all sections together, each once. */
export function gather(
  sections: readonly OpenSection[],
  wants: (ref: SeriesRef) => boolean,
  range: { fromMs: number; toMs: number },
): PointTable {
  const within = (timeMs: number) => timeMs >= range.fromMs && timeMs < range.toMs;
  const tables = sections
    .filter(({ refs }) => refs.some(wants))
    .map((section) => filterTable(section.decode(wants), wants, within));
  return mergeTables(tables);
}
