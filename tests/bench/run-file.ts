import { pathToFileURL } from "node:url";
import type { BenchRow } from "./row.ts";

/** Measures the rows of one file in a process of its own, so that no benchmark inherits another's heap. */
const [file = "", runs = "5", only = ""] = process.argv.slice(2);
const { rows } = (await import(pathToFileURL(file).href)) as { rows: readonly BenchRow[] };

for (const { measure, ...row } of rows) {
  if (!row.name.toLowerCase().includes(only)) continue;
  const values: number[] = [];
  let error: string | undefined;
  for (let run = 1; run <= Number(runs) && error === undefined; run++) {
    process.stderr.write(`${row.name}: run ${run} of ${runs}\n`);
    try {
      values.push(await measure());
    } catch (failure) {
      error = failure instanceof Error ? (failure.stack ?? failure.message) : String(failure);
      process.stderr.write(`${error}\n`);
    }
  }
  const report = { row, values, ...(error === undefined ? {} : { error }) };
  await new Promise<void>((sent) => process.send?.(report, () => sent()) ?? sent());
}
// What a row keeps open from run to run ends with the process.
process.exit();
