import { parseArgs } from "node:util";
import type { Reading } from "../local/metering/meter.ts";
import { topology } from "../topology/index.ts";
import { billOf } from "./bill.ts";
import { copiesKept, scheduledUses, standingUses, watchUses } from "./idle.ts";
import { readPrices } from "./prices.ts";
import { asJson, asText, type Costs, missed } from "./report.ts";
import { resourcesIn, synthesize } from "./templates.ts";
import { usesOf } from "./uses.ts";
import { measure } from "./workload.ts";

const usage = `npm run cost says what the platform costs on AWS: it runs it on this machine, counts what AWS would bill,
and prices that from infra/cost/prices-us-east-1.json.

  npm run cost                        prints the bills; fails when one is over its target
  npm run -s cost -- --json           the same as one JSON object
  npm run cost -- --assembly <dir>    counts what stands from a folder that "cdk synth" wrote

It takes about a minute. A function's time is this machine's, stretched to the share of a processor that its
memory buys on Lambda.`;

async function main(): Promise<void> {
  const { values: options } = parseArgs({
    options: {
      json: { type: "boolean" },
      assembly: { type: "string" },
      help: { type: "boolean", short: "h" },
    },
  });
  if (options.help) return console.log(usage);
  const resources = options.assembly ? resourcesIn(options.assembly) : await synthesize();
  const measured = await measure((text) => console.error(text));
  const prices = readPrices();
  const installation = { topology, copies: copiesKept(resources) };
  const uses = (readings: readonly Reading[]) => usesOf(readings, installation);
  const runs = new Map([...measured.idleRuns].map(([name, readings]) => [name, uses(readings)]));
  const { points, incidents } = measured;
  const costs: Costs = {
    prices,
    idleMonth: billOf(
      [...standingUses(resources), ...scheduledUses(topology, runs), ...watchUses(topology)],
      prices,
    ),
    millionPoints: billOf(uses(points.readings), prices, 1e6 / points.count),
    thousandIncidents: billOf(uses(incidents.readings), prices, 1_000 / incidents.count),
  };
  console.log(options.json ? asJson(costs) : asText(costs));
  if (missed(costs).length > 0) process.exitCode = 1;
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
});
