import { fork } from "node:child_process";
import { readdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { type Measured, resultOf, tableOf } from "./report.ts";

const usage = `Measures the platform and holds it to its numbers: medians of five runs each.

  npm run bench                       prints the table; fails when a "must" is missed
  npm run -s bench -- --json          prints one JSON object, row name → { value, unit, must, aim, ok }
  npm run bench -- --only <text>      only rows with this text in their name
  npm run bench -- --runs <n>         other than five runs
  npm run bench -- --dir <folder>     another folder of *.bench.ts files`;

const here = fileURLToPath(new URL(".", import.meta.url));
const { values: options } = parseArgs({
  options: {
    json: { type: "boolean" },
    only: { type: "string", default: "" },
    runs: { type: "string", default: "5" },
    dir: { type: "string", default: here },
    help: { type: "boolean" },
  },
});

if (options.help) {
  console.log(usage);
} else if (!/^[1-9]\d*$/.test(options.runs)) {
  console.error(`--runs takes a whole number from 1, not "${options.runs}".`);
  process.exitCode = 1;
} else {
  await measureAll();
}

async function measureAll(): Promise<void> {
  const files = readdirSync(options.dir)
    .filter((name) => name.endsWith(".bench.ts"))
    .sort();
  const measured: Measured[] = [];
  let broken = 0;
  for (const name of files) {
    const outcome = await measureFile(resolve(join(options.dir, name)));
    measured.push(...outcome.measured);
    if (!outcome.finished) broken++;
  }
  const results = Object.fromEntries(measured.map((one) => [one.row.name, resultOf(one)]));
  console.log(options.json ? JSON.stringify(results, null, 2) : tableOf(measured));
  if (measured.length === 0)
    console.error(`No row was measured${options.only ? ` for "${options.only}"` : ""}.`);
  const missed = Object.values(results).some((result) => !result.ok);
  if (broken > 0 || missed || measured.length === 0) process.exitCode = 1;
}

/** What a benchmark prints goes to stderr, so that stdout holds the result and nothing else. */
async function measureFile(file: string): Promise<{ measured: Measured[]; finished: boolean }> {
  const measured: Measured[] = [];
  const child = fork(join(here, "run-file.ts"), [file, options.runs, options.only.toLowerCase()], {
    stdio: ["ignore", process.stderr, process.stderr, "ipc"],
  });
  child.on("message", (message) => measured.push(message as Measured));
  const code = await new Promise<number | null>((done) => child.on("close", done));
  if (code !== 0) console.error(`${file} ended with code ${code}.`);
  return { measured, finished: code === 0 };
}
