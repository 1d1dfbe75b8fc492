import { spawn } from "node:child_process";
import { mkdtempSync, writeFileSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import type { SQSEvent } from "aws-lambda";
import { openAwsEndpoint } from "../../infra/local/aws-endpoint.ts";
import { makeCallers } from "../../infra/local/callers.ts";
import { openEventSource } from "../../infra/local/event-source.ts";
import { openQueues, type Queues } from "../../infra/local/queues/queues.ts";
import { listDeadLetters, peekDeadLetters, redriveDeadLetters } from "../../infra/ops/dlq.ts";
import type { Installation } from "../../infra/ops/installation.ts";
import { openLaptopInstallation } from "../../infra/ops/laptop-installation.ts";
import { readStatus, statusText } from "../../infra/ops/status.ts";
import { topology } from "../../infra/topology/index.ts";
import { startRuntime } from "../support/runtime.ts";
import { until } from "../support/until.ts";
import { aTerminal } from "./ops-terminal.ts";

const name = "incidents-correlate";
const rows = topology.filter((row) => row.name === name);
const ticks = topology.filter((row) => row.name === "alerts-tick");
const maxReceiveCount = 5;
const accessKeyId = "local-test";

let dataDir: string;
let queues: Queues;
let endpoint: Awaited<ReturnType<typeof openAwsEndpoint>>;
let installation: Installation;
const stops: (() => Promise<void>)[] = [];
const alarmed: string[] = [];

beforeEach(async () => {
  alarmed.length = 0;
  dataDir = mkdtempSync(join(tmpdir(), "sentinelops-ops-"));
  endpoint = await openAwsEndpoint(makeCallers({ operatorKey: accessKeyId, functions: [] }), () => undefined);
  queues = await openQueues(join(dataDir, "queues"), endpoint.url, (queue) => alarmed.push(queue));
  endpoint.use([queues.service]);
  queues.ensureQueue({ name, visibilityTimeoutS: 180, maxReceiveCount });
  queues.ensureDeadLetterQueue("alerts-tick");
  writeFileSync(
    join(dataDir, "local.json"),
    JSON.stringify({
      url: "http://127.0.0.1:4400",
      dashboardUrl: "http://127.0.0.1:4400/",
      pid: process.pid,
      ingestKey: "ingest",
      adminKey: "admin",
      awsEnv: {
        AWS_REGION: "us-east-1",
        AWS_ACCESS_KEY_ID: accessKeyId,
        AWS_SECRET_ACCESS_KEY: "local",
        AWS_ENDPOINT_URL: endpoint.url,
        AWS_ENDPOINT_URL_DYNAMODB: endpoint.url,
      },
    }),
  );
  installation = await openLaptopInstallation(dataDir, Date.now());
});

afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  installation.sqs.destroy();
  await endpoint.close();
  await queues.close();
  await rm(dataDir, { recursive: true, force: true });
});

function anEvent(id: string, type = "alert.fired.v1"): string {
  return JSON.stringify({ "detail-type": type, detail: { id, tenantId: "ten_1", traceId: "req_1" } });
}
const park = (queue: string, ...bodies: string[]) =>
  queues.send(bodies.map((body) => ({ queue: `${queue}-dlq`, body })));
const depth = () => queues.depth(name);

/** The consumer of the queue; what it hands back is to come again at once, not after seconds. */
function consume(isBroken: () => boolean): string[] {
  const handled: string[] = [];
  const invoke = async ({ Records }: SQSEvent) => {
    if (isBroken()) {
      for (const { receiptHandle } of Records) queues.putOff(name, receiptHandle, 0);
      return { batchItemFailures: Records.map(({ messageId }) => ({ itemIdentifier: messageId })) };
    }
    handled.push(...Records.map(({ body }) => JSON.parse(body).detail.id as string));
    return { batchItemFailures: [] };
  };
  const runner = {
    name,
    invoke,
    warm: async () => {},
    running: () => 0,
    workMs: () => 0,
    stop: async () => {},
  };
  const source = openEventSource({
    queue: name,
    batchSize: 1,
    batchWindowS: 0,
    maxConcurrency: 1,
    runner,
    queues,
    onError: (error) => {
      throw error;
    },
  });
  stops.push(() => source.stop());
  return handled;
}

const run = (...args: string[]) => runOn(dataDir, ...args);
async function runOn(folder: string, ...args: string[]) {
  const main = fileURLToPath(new URL("../../infra/ops/main.ts", import.meta.url));
  const child = spawn(process.execPath, [main, ...args, "--laptop"], {
    env: { PATH: process.env["PATH"], DATA_DIR: folder, NODE_NO_WARNINGS: "1" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr] = await Promise.all([text(child.stdout), text(child.stderr)]);
  return { stdout, stderr };
}

test("R-06: poison is parked after its last try, is told of, and a redrive after the fix empties the DLQ", async () => {
  let broken = true;
  const handled = consume(() => broken);
  queues.send([{ queue: name, body: anEvent("evt_poison") }]);
  await until(() => depth().parked === 1);
  expect(alarmed).toEqual([name]);
  expect(depth()).toEqual({ ready: 0, inFlight: 0, parked: 1 });

  broken = false;
  const { stdout, stderr } = await run("dlq", "redrive", name, "--yes");

  expect(stderr).toBe(`${name}: 1 of 1\n`);
  expect(stdout).toContain(`${name}: 1 moved back.`);
  await until(() => handled.length === 1);
  expect(handled).toEqual(["evt_poison"]);
  await until(() => depth().inFlight === 0);
  expect(depth()).toEqual({ ready: 0, inFlight: 0, parked: 0 });
});

test("a redrive of work that still fails ends, and parks it again", async () => {
  park(name, anEvent("evt_1"), anEvent("evt_2"));
  consume(() => true);

  await redriveDeadLetters(installation, rows, { limit: undefined, yes: true }, aTerminal().terminal);

  await until(() => depth().parked === 2 && depth().inFlight === 0);
});

test("a redrive moves as many as it was told to, and all beyond one batch when told nothing", async () => {
  park(name, ...Array.from({ length: 23 }, (_, i) => anEvent(`evt_${i}`)));
  const { terminal, text: said } = aTerminal();

  await redriveDeadLetters(installation, rows, { limit: 1, yes: true }, terminal);
  expect(depth()).toEqual({ ready: 1, inFlight: 0, parked: 22 });

  await redriveDeadLetters(installation, rows, { limit: undefined, yes: true }, terminal);
  expect(depth()).toEqual({ ready: 23, inFlight: 0, parked: 0 });
  expect(said()).toContain(`${name}: 20 of 22\n${name}: 22 of 22\n`);
});

test("who says no has nothing moved", async () => {
  park(name, anEvent("evt_1"));
  const { terminal, text: said } = aTerminal("no");

  await redriveDeadLetters(installation, rows, { limit: undefined, yes: false }, terminal);

  expect(said()).toMatch(/Nothing was moved/);
  expect(depth().parked).toBe(1);
});

test("parked ticks of a schedule are dropped: a later tick does their work", async () => {
  park("alerts-tick", "{}", "{}");
  const { terminal, text: said } = aTerminal("yes");

  await redriveDeadLetters(installation, ticks, { limit: undefined, yes: false }, terminal);

  expect(said()).toContain("alerts-tick: 2 dropped.");
  const { functions } = await readStatus(installation, ticks);
  expect(functions[0]?.parked).toBe(0);
});

test("peek shows which events lie there and leaves them, with nothing a terminal would obey", async () => {
  park(name, anEvent("evt_1\u001b[31m"), "\u0007not an event");
  const { terminal, text: said } = aTerminal();

  await peekDeadLetters(installation, rows, { limit: 10, body: true, nowMs: Date.now() }, terminal);

  expect(said()).toMatch(/incidents-correlate: 2 of 2/);
  expect(said()).toMatch(/\d s {2}alert\.fired\.v1 {2}evt_1 \[31m {2}ten_1 {2}req_1 {2}message [\w-]+/);
  expect(said()).toContain("no event:  not an event");
  expect(said().replaceAll("\n", "")).not.toMatch(/\p{Cc}/u);
  const { functions } = await readStatus(installation, rows);
  expect(functions[0]?.parked).toBe(2);
});

test("list names the impact of what is parked and the page that says what to do", async () => {
  park(name, anEvent("evt_1"));
  const { terminal, text: said } = aTerminal();

  await listDeadLetters(installation, rows, terminal);

  expect(said()).toMatch(/incidents-correlate +1 {2}firing alerts open no incidents/);
  expect(said()).toContain("docs/operations/incidents-correlate.md#parked");
});

test("status begins with what is wrong now: parked work, and what has waited for too long", async () => {
  queues.send([{ queue: name, body: anEvent("evt_1") }]);
  park(name, anEvent("evt_2"));
  const sixMinutesOn = await openLaptopInstallation(dataDir, Date.now() + 360_000);
  stops.push(async () => sixMinutesOn.sqs.destroy());

  const status = await readStatus(sixMinutesOn, rows);

  expect(status.functions).toMatchObject([
    { name, waiting: 1, inHand: 0, parked: 1, alarms: ["waiting", "parked"], state: "alarm" },
  ]);
  expect(statusText(status, false)).toMatch(
    /^! firing alerts open no incidents.*\n +incidents-correlate: docs\/operations\/incidents-correlate\.md\n/,
  );
  expect(statusText(status, false)).toMatch(/incidents-correlate +1 +0 +6 min +1 {2}WAITING, PARKED/);
});

test("status of a runtime that is well says so, and knows every function", async () => {
  const { functions } = await readStatus(installation, topology);

  expect(functions.map((one) => one.name)).toEqual(topology.map((row) => row.name));
  expect(statusText({ functions, otherAlarms: [] }, false)).toMatch(/Nothing is in trouble\.$/);
});

test("a whole runtime is found by its data folder", async () => {
  const runtime = await startRuntime({ functions: [name, "platform-outbox"] });
  try {
    const { stdout, stderr } = await runOn(runtime.dataDir, "status", name);

    expect(stderr).toBe("");
    expect(stdout).toContain(`the runtime on this machine (${runtime.url})`);
    expect(stdout).toMatch(/incidents-correlate +0 +0 +- +0 {2}ok/);
    expect(stdout).toContain(join(runtime.dataDir, "functions.log"));
  } finally {
    await runtime.stop();
  }
});

test.each([
  [
    ["replay", "--from", "2026-05-04T08:00:00Z", "--to", "2026-05-04T09:00:00Z"],
    /keeps no archive.*dlq redrive/,
  ],
  [["dlq", "redrive", "incidents-api"], /incidents-api has no queue.*These have: .*incidents-correlate/],
])("%j says why not and what instead", async (args, message) => {
  expect((await run(...args)).stderr).toMatch(message);
});

test("where nobody can be asked, a redrive wants --yes", async () => {
  park(name, anEvent("evt_1"));

  expect((await run("dlq", "redrive", name)).stderr).toMatch(/add --yes/);
  expect(depth().parked).toBe(1);
});

test("a runtime that ended is said to have ended", async () => {
  await endpoint.close();

  expect((await run("status")).stderr).toMatch(/the runtime has ended\. Start it with npm start/);
});
