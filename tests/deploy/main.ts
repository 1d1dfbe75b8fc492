import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { topology } from "../../infra/topology/index.ts";
import { nowMs } from "../../shared/platform/clock.ts";
import { startOutside } from "../support/outside.ts";
import { stopAll } from "./child.ts";
import { deploy, destroy, installationOf, script } from "./deployment.ts";
import { deployedFunctions } from "./functions.ts";
import { installMiniStack, type MiniStack, startMiniStack } from "./ministack.ts";
import { makeRoad } from "./road.ts";
import { checkQueues, checkTables, keptDays } from "./state.ts";
import { makeSteps, Skipped } from "./steps.ts";

/**
 * `npm run test:deploy`: the whole app into MiniStack, an AWS emulator, by `npm run deploy`; a metric's road to
 * a webhook through what was deployed; a changed version over it, with everything kept; and all of it away again.
 */
const boundMs = 600_000;
const logLines = 60;
const newDays = 30;

/** What this deployment cannot show, whatever it answers: told with every run. */
const beyond = [
  "Timestream (points are in DynamoDB), CloudFront with bucket, WAF and Route 53",
  "what the schedules do: the first tick comes after a minute, and MiniStack tells nobody how it went",
  "the bus's archive and its policy, AWS Backup, the budget",
  "npm run deploy -- --import over tables left behind: MiniStack makes them anew, where AWS would refuse or import",
];

const { step, total } = makeSteps(boundMs);

async function testDeployment(ministack: MiniStack): Promise<void> {
  const outside = await startOutside();
  const choices = {
    metricStore: "dynamodb",
    emulator: "true",
    emulatorUrl: ministack.url,
    emulatorReaches: outside.host,
  };
  try {
    const first = await step("npm run deploy: bootstrap, deploy, first tenant", () => deploy(choices));
    await step("every function of the topology is there", async () => {
      const names = (await deployedFunctions()).map(({ name }) => name);
      assert.deepEqual(names.toSorted(), topology.map(({ name }) => name).toSorted());
    });
    const installation = installationOf(first);
    const road = makeRoad(installation, outside);
    const secret = await step("a rule and a webhook through the API", () => road.prepare());
    const dashboard = await step("a dashboard listens on the WebSocket", () => road.listen());
    const incident = await step("OTLP over the threshold → one signed webhook", () => road.fire(secret));
    await step("the dashboard is pushed the incident", () => dashboard.heard("incident.opened.v1"));
    const second = await step("npm run deploy: a changed version over it", () =>
      deploy({ ...choices, metricRetentionDays: String(newDays) }),
    );
    await step("functions were changed in place, and no second tenant was made", async () => {
      const statuses = (await deployedFunctions()).map(({ status }) => status);
      assert.ok(statuses.includes("UPDATE_COMPLETE"), "no function was changed");
      assert.match(second, /tenants are there already/);
    });
    await step(`new points are kept for ${newDays} days, as the changed version has it`, async () => {
      await road.introduce("after.change");
      assert.equal(await keptDays("after.change", nowMs()), newDays);
    });
    await step("OTLP below the threshold → the webhook hears it is over", () => road.settle(incident));
    await step("the dashboard is pushed the end, on the connection from before", () =>
      dashboard.heard("alert.resolved.v1"),
    );
    const rows = await step("every table holds this tenant's rows, no event is owed", () =>
      checkTables(installation.tenantId),
    );
    await step("every consumer's queue has its dead-letter queue", checkQueues);
    await step("npm run ops -- status: nothing is in trouble", async () => {
      assert.match(await script("infra/ops/main.ts", "status"), /Nothing is in trouble/);
    });
    await step("no function on the road was denied a call", async () => {
      assert.deepEqual(denialsIn(ministack.logFile), []);
    });
    dashboard.close();
    await road.stop();
    await step("cdk destroy: every function goes, every table stays", async () => {
      await destroy(choices);
      assert.deepEqual(await deployedFunctions(), []);
      assert.equal((await checkTables(installation.tenantId))["incidents"], rows["incidents"]);
    });
    console.log(`rows  ${JSON.stringify(rows)}`);
  } finally {
    await outside.stop();
  }
}

/** Each refusal of the emulator's policies, once: who was not allowed to do what. */
function denialsIn(logFile: string): string[] {
  const text = readFileSync(logFile, "utf8");
  return [...new Set(text.match(/User: \S+ is not authorized to perform: [\w:]+/g))];
}

/** Nothing of the person's own AWS is to be seen or reached from here. */
function leaveOwnAws(awsEnv: Record<string, string>): void {
  for (const name of Object.keys(process.env)) if (name.startsWith("AWS_")) delete process.env[name];
  Object.assign(process.env, awsEnv);
}

let ministack: MiniStack | undefined;
async function leave(): Promise<void> {
  await stopAll();
  ministack?.remove();
}
for (const signal of ["SIGINT", "SIGTERM"] as const) {
  process.once(signal, () => void leave().then(() => process.exit(1)));
}
try {
  await step("MiniStack is installed", installMiniStack);
  ministack = await step("MiniStack is started, with TLS and policies enforced", startMiniStack);
  leaveOwnAws(ministack.awsEnv);
  await testDeployment(ministack);
  for (const what of beyond) console.log(`not shown: ${what}`);
  console.log(`The deployment test passed in ${total()}.`);
} catch (error) {
  if (error instanceof Skipped) {
    console.log(`The deployment test is skipped: ${error.message}.`);
  } else {
    if (ministack)
      console.error(readFileSync(ministack.logFile, "utf8").split("\n").slice(-logLines).join("\n"));
    console.error(error instanceof Error ? error.message : error);
    process.exitCode = 1;
  }
} finally {
  await leave();
}
