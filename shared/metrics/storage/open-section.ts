import type { PackedSection } from "./block.ts";
import { filterTable, mergeTables, type PointTable } from "./point-table.ts";
import type { Choice, SeriesRef } from "./series-ref.ts";

/** Stored points whose series are known and whose columns are not decoded yet. */
export interface OpenSection {
  refs: SeriesRef[];
  decode(choice: Choice): PointTable;
  /** How many points the chosen series have. */
  count(choice: Choice): number;
}

export function withRefs(section: PackedSection, refs: SeriesRef[]): OpenSection {
  return {
    refs,
    decode: (choice) => section.decode(refs, choice(refs)),
    count: (choice) => section.count(choice(refs)),
  };
}

/** The points of the chosen series with fromMs <= time < toMs, of all sections together, each once. */
export function gather(
  sections: readonly OpenSection[],
  choice: Choice,
  range: { fromMs: number; toMs: number },
): PointTable {
  const within = (timeMs: number) => timeMs >= range.fromMs && timeMs < range.toMs;
  const tables = sections.flatMap(({ refs, decode }) => {
    const chosen = choice(refs);
    if (!chosen.includes(1)) return [];
    return [filterTable(decode(choice), (_, i) => chosen[i] === 1, within)];
  });
  return mergeTables(tables);
}
