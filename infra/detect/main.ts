import { createInterface } from "node:readline";
import { judgeSeries } from "./judge-series.ts";

/** Reads series as JSON lines on stdin, writes what the detector says about each on stdout: `npm run -s detect`. */
const given = process.env["DETECT_RESTART_EVERY"] ?? "50";
if (!/^\d+$/.test(given)) {
  console.error(`DETECT_RESTART_EVERY takes a whole number of points, 0 for never, not "${given}".`);
  process.exitCode = 1;
} else {
  for await (const line of createInterface({ input: process.stdin })) {
    if (line.trim() === "") continue;
    const answer = `${JSON.stringify(judgeSeries(JSON.parse(line), Number(given)))}\n`;
    if (!process.stdout.write(answer)) await new Promise((drained) => process.stdout.once("drain", drained));
  }
}
