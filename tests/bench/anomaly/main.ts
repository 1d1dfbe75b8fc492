import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { readable } from "../report.ts";
import { barsOf } from "./bars.ts";
import { measureCost } from "./cost.ts";
import { hasData } from "./labelled-series.ts";
import { measureDetector } from "./measure.ts";
import { measurePeers, type PeerRow } from "./measure-peers.ts";
import { proveScorer } from "./prove.ts";

const usage = `Scores the anomaly detector on labelled series and holds it to its bars.

  npm run bench:anomaly                     prints the tables; fails when a "must" is missed
  npm run -s bench:anomaly -- --json        prints one JSON object
  npm run bench:anomaly -- --data <folder>  where the labelled series are (../shared/data/anomaly)
  npm run bench:anomaly -- --no-peers       without the detectors to compare with`;

const { values: options } = parseArgs({
  options: {
    data: {
      type: "string",
      default: fileURLToPath(new URL("../../../../shared/data/anomaly", import.meta.url)),
    },
    json: { type: "boolean" },
    "no-peers": { type: "boolean" },
    help: { type: "boolean" },
  },
});

if (options.help) console.log(usage);
else if (!hasData(options.data)) {
  console.error(`No labelled series in ${options.data}. Name their folder with --data <folder>.`);
  process.exitCode = 1;
} else measureAll(options.data);

function measureAll(data: string): void {
  const proofs = proveScorer(data);
  const measured = measureDetector(data);
  const peers = options["no-peers"] ? [] : measurePeers(data);
  const rows = barsOf(measured, measureCost());
  const proven = proofs.every(({ largestDifference }) => largestDifference < 1e-6);
  if (!proven || rows.some((row) => !row.ok)) process.exitCode = 1;
  if (options.json) {
    const bars = Object.fromEntries(rows.map(({ name, ...row }) => [name, row]));
    console.log(JSON.stringify({ scorer: proofs, bars, corpora: measured, peers }, null, 2));
    return;
  }
  for (const { detector, largestDifference } of proofs)
    console.log(`scorer against ${detector}: differs by ${largestDifference.toExponential(1)} at most`);
  console.log("\n| what | fitted | left out | must | target | |\n|---|---|---|---|---|---|");
  for (const { name, value, leftOut, unit, must, target, lower, ok, reached } of rows) {
    const sign = lower ? "≤" : "≥";
    const cells = [
      name,
      `${shown(value)} ${unit}`.trim(),
      shown(leftOut),
      `${sign} ${must}`,
      `${sign} ${target}`,
    ];
    console.log(`| ${cells.join(" | ")} | ${reached ? "target reached" : ok ? "ok" : "MISSED"} |`);
  }
  console.log(
    "\n| corpus | hit | false | missed | precision | recall | median delay, points |\n|---|---|---|---|---|---|---|",
  );
  for (const [name, { fitted: score }] of Object.entries(measured)) {
    const cells = [
      score.tp,
      score.fp,
      score.fn,
      score.tp / (score.tp + score.fp),
      score.tp / (score.tp + score.fn),
    ];
    console.log(`| ${name} | ${cells.map(readable).join(" | ")} | ${readable(score.medianDelay)} |`);
  }
  const faults = Object.entries(measured["synthetic"]?.fitted.byType ?? {});
  console.log(
    `\nsynthetic faults found: ${faults.map(([type, { hit, of }]) => `${type} ${hit}/${of}`).join(", ")}`,
  );
  if (peers.length > 0) printPeers(peers);
}

function shown(value: number | undefined): string {
  return value === undefined ? "" : readable(value);
}

function printPeers(peers: readonly PeerRow[]): void {
  console.log("\nPeers, thresholds fitted on these labels corpus by corpus, which flatters them:\n");
  console.log(
    "| detector | NAB standard | NAB F1 | Microsoft F1 | synthetic F1 | vectors F1 |\n|---|---|---|---|---|---|",
  );
  for (const { detector, nabStandard, nab, microsoft, synthetic, vectors } of peers)
    console.log(
      `| ${detector} | ${[nabStandard, nab, microsoft, synthetic, vectors].map(shown).join(" | ")} |`,
    );
}
