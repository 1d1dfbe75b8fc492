import { packBlock, type Section } from "./block.ts";
import type { Effort } from "./compression.ts";
import { filterTable, type PointTable } from "./point-table.ts";

/** An item may have 400 KB; names, keys and a margin are kept back. */
const itemBytes = 350_000;

/** The sections in as few blocks as fit an item each: cut by section, then by series, then by time. */
export function packWithin(sections: readonly Section[], effort: Effort, limitBytes = itemBytes): Buffer[] {
  const packed = packBlock(sections, effort);
  if (packed.length <= limitBytes) return [packed];
  return halves(sections).flatMap((half) => packWithin(half, effort, limitBytes));
}

function halves(sections: readonly Section[]): Section[][] {
  const [only] = sections;
  if (sections.length > 1 || !only) {
    const middle = sections.length >> 1;
    return [sections.slice(0, middle), sections.slice(middle)];
  }
  return splitTable(only.table).map((table) => [{ table, layoutId: null }]);
}

function splitTable(table: PointTable): PointTable[] {
  if (table.refs.length > 1) {
    const first = new Set(table.refs.slice(0, table.refs.length >> 1).map((ref) => ref.seriesId));
    return [
      filterTable(table, (ref) => first.has(ref.seriesId)),
      filterTable(table, (ref) => !first.has(ref.seriesId)),
    ];
  }
  const middleMs = table.timesMs[table.timesMs.length >> 1] ?? 0;
  return [
    filterTable(
      table,
      () => true,
      (timeMs) => timeMs < middleMs,
    ),
    filterTable(
      table,
      () => true,
      (timeMs) => timeMs >= middleMs,
    ),
  ];
}
