import type { BenchRow } from "./row.ts";

/** What the runs of one row came to; `error` instead of a value where a run failed. */
export interface Measured {
  row: Omit<BenchRow, "measure">;
  values: number[];
  error?: string;
}

export interface Result {
  value: number | null;
  unit: string;
  must: number;
  aim: number;
  ok: boolean;
  error?: string;
}

export function resultOf({ row, values, error }: Measured): Result {
  const value = error === undefined ? median(values) : null;
  return {
    value,
    unit: row.unit,
    must: row.must,
    aim: row.aim,
    ok: value !== null && reaches(row, value, row.must),
    ...(error === undefined ? {} : { error }),
  };
}

/** The middle one; of an even number the mean of the middle two. */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? Number.NaN;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? upper) + upper) / 2;
}

/** A Markdown table, as README shows it. */
export function tableOf(measured: readonly Measured[]): string {
  const lines = measured.map((one) => {
    const { row } = one;
    const { value, ok } = resultOf(one);
    const sign = row.better === "higher" ? "≥" : "≤";
    const verdict = value !== null && reaches(row, value, row.aim) ? "aim reached" : ok ? "ok" : "MISSED";
    const shown = value === null ? "failed" : `${readable(value)} ${row.unit}`;
    return `| ${row.name} | ${shown} | ${sign} ${readable(row.must)} | ${sign} ${readable(row.aim)} | ${verdict} |`;
  });
  return ["| what | measured | must | aim | |", "|---|---|---|---|---|", ...lines].join("\n");
}

/** Three significant digits, thousands set apart. */
export function readable(value: number): string {
  return value.toLocaleString("en-US", {
    maximumSignificantDigits: Math.abs(value) >= 100 ? 6 : 3,
    maximumFractionDigits: 0,
  });
}

function reaches(row: Pick<BenchRow, "better">, value: number, bound: number): boolean {
  return row.better === "higher" ? value >= bound : value <= bound;
}
