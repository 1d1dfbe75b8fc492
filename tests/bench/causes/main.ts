import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { readable } from "../report.ts";
import { barsOf } from "./bars.ts";
import { hasData, readCases } from "./labelled-cases.ts";
import { measureCauses } from "./measure.ts";
import { proveScorer } from "./prove.ts";
import { bestPublished, printScores } from "./tables.ts";

const usage = `Scores the ranking of root causes on labelled cases and holds it to its bars.

  npm run bench:causes                     prints the tables; fails when a "must" is missed
  npm run -s bench:causes -- --json        prints one JSON object
  npm run bench:causes -- --data <folder>  where the labelled cases are (../shared/data/root-cause)`;

const { values: options } = parseArgs({
  options: {
    data: {
      type: "string",
      default: fileURLToPath(new URL("../../../../shared/data/root-cause", import.meta.url)),
    },
    json: { type: "boolean" },
    help: { type: "boolean" },
  },
});

if (options.help) console.log(usage);
else if (!hasData(options.data)) {
  console.error(`No labelled cases in ${options.data}. Name their folder with --data <folder>.`);
  process.exitCode = 1;
} else measureAll(options.data);

function measureAll(data: string): void {
  const scorer = proveScorer(data);
  const measured = measureCauses(readCases(data));
  const bars = barsOf(measured);
  if (scorer.differing.length > 0 || bars.some(({ ok }) => !ok)) process.exitCode = 1;
  if (options.json) {
    const named = Object.fromEntries(bars.map(({ name, ...rest }) => [name, rest]));
    console.log(JSON.stringify({ scorer, bars: named, ...measured, published: bestPublished }, null, 2));
    return;
  }
  const verdict = scorer.differing.length > 0 ? `differs in ${scorer.differing.join(", ")}` : "all equal";
  console.log(
    `scorer against the published scores of a plain ranker: ${scorer.compared} figures, ${verdict}`,
  );
  console.log("\n| what | measured | must | target | |\n|---|---|---|---|---|");
  for (const { name, unit, value, must, target, lower, ok, reached } of bars) {
    const sign = lower ? "≤" : "≥";
    const shown = `${readable(value)} ${unit}`.trim();
    const verdict = reached ? "target reached" : ok ? "ok" : "MISSED";
    console.log(`| ${name} | ${shown} | ${sign} ${must} | ${sign} ${target} | ${verdict} |`);
  }
  printScores(measured);
}
