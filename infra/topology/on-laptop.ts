import type { FunctionRow } from "./row.ts";

/** The rows that a laptop runs too. */
export function onLaptop(rows: readonly FunctionRow[]): FunctionRow[] {
  return rows.filter(({ onlyOn }) => onlyOn !== "aws");
}
