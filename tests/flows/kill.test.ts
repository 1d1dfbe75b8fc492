import { type ChildProcess, fork } from "node:child_process";
import { createHash, randomInt } from "node:crypto";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { makeChainStore, verifyChain } from "../../shared/audit/index.ts";
import type { MetricQueryResult } from "../../shared/metrics/schemas.ts";
import { TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import { type ApiClient, apiClient, eventually } from "../support/api-client.ts";
import { databaseOf } from "../support/database.ts";
import { type Outside, startOutside } from "../support/outside.ts";
import { type Runtime, startRuntime } from "../support/runtime.ts";

const rounds = Number(process.env["KILL_ROUNDS"] ?? 10);
const seed = Number(process.env["KILL_SEED"] ?? randomInt(1, 2 ** 31));
/** Numbers are read back by the block, since a query answers at most 200 groups. */
const blockSize = 100;
/** Each one pages; more services than this under one rule would be taken for one incident of the rule. */
const maxPages = 5;
let outside: Outside;
let dataDir: string;
let startedMs: number;

beforeAll(async () => {
  outside = await startOutside();
  dataDir = await mkdtemp(join(tmpdir(), "sentinelops-kill-"));
});
afterAll(async () => {
  await outside?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

test(
  `R-20, F22: ${rounds} rounds of SIGKILL lose nothing that was acknowledged (KILL_SEED=${seed})`,
  async () => {
    startedMs = Date.now();
    let runtime = await start();
    await setUp(apiClient(runtime));
    const acknowledged: number[] = [];
    const paged: string[] = [];
    const changed: string[] = [];
    let next = 0;

    for (let round = 0; round < rounds; round++) {
      const client = apiClient(runtime);
      if (paged.length < maxPages && (await post(client, { page: `service-${round}` })))
        paged.push(`service-${round}`);
      let killed = false;
      const sending = (async () => {
        while (!killed) {
          const number = next++;
          if (await post(client, { number })) acknowledged.push(number);
        }
      })();
      // So that the first change of the round does not wait for the function to load.
      await client.ask("GET /api/alert-rules");
      const changing = (async () => {
        while (!killed) {
          const ruleId = await makeRule(client, round);
          if (ruleId !== undefined) changed.push(ruleId);
        }
      })();
      await pause(50 + fraction("kill", round) * 1_450);
      await runtime.kill();
      killed = true;
      await Promise.all([sending, changing]);
      if (round % 3 === 1) await killWhileStarting(20 + fraction("recovery", round) * 1_500);
      runtime = await start();
    }

    await expectStoredOnce(apiClient(runtime), acknowledged);
    for (const service of paged) await expectPaged(service);
    await expectOnRecord(runtime, changed);
    await runtime.stop();
  },
  200_000 + rounds * 30_000,
);

const start = () => startRuntime({ dataDir, env: { OUTBOUND_ALLOW: outside.host } });

async function setUp(api: ApiClient): Promise<void> {
  await api.ask("POST /api/channels", { kind: "webhook", name: "pager", url: `${outside.url}/pager` });
  await api.ask("POST /api/alert-rules", {
    name: "Page",
    metric: "kill.page",
    aggregate: "last",
    operator: ">",
    thresholds: { critical: 0 },
    groupBy: ["service"],
  });
}

/** True when the platform said it has it; false when the connection died with the process. */
async function post(client: ApiClient, what: { number: number } | { page: string }): Promise<boolean> {
  const point =
    "page" in what
      ? { name: "kill.page", value: 1, labels: { service: what.page } }
      : {
          name: "kill.counter",
          value: what.number,
          labels: { block: String(Math.floor(what.number / blockSize)), number: String(what.number) },
        };
  try {
    return (await client.ingest([{ ...point, timestamp: Date.now() }])) === 200;
  } catch {
    return false;
  }
}

/** The rule's id when the platform said it has made it. */
async function makeRule({ ask }: ApiClient, round: number): Promise<string | undefined> {
  await pause(100);
  try {
    const rule = { name: `kill ${round}`, metric: "kill.none", operator: ">", thresholds: { info: 1 } };
    return (await ask<{ id: string }>("POST /api/alert-rules", { ...rule, enabled: false })).id;
  } catch {
    return undefined;
  }
}

/** Starts the runtime on the same folder and kills it while it still recovers, so that nobody ever hears of it. */
async function killWhileStarting(afterMs: number): Promise<void> {
  const entry = fileURLToPath(new URL("../support/runtime-process.ts", import.meta.url));
  const child: ChildProcess = fork(entry, [dataDir, ""], {
    env: { ...process.env, PORT: "0" },
    stdio: ["ignore", "ignore", "ignore", "ipc"],
  });
  const ended = once(child, "exit");
  await pause(afterMs);
  child.kill("SIGKILL");
  await ended;
}

async function expectStoredOnce(api: ApiClient, acknowledged: readonly number[]): Promise<void> {
  const blocks = Math.floor((acknowledged.at(-1) ?? 0) / blockSize);
  const stored = async () => {
    const counts = new Map<number, number>();
    for (let block = 0; block <= blocks; block++) {
      const match = encodeURIComponent(`{block="${block}"}`);
      const span = `from=${startedMs - 60_000}&to=${Date.now() + 60_000}&stepMs=86400000`;
      const { groups } = await api.ask<MetricQueryResult>(
        `GET /api/metrics/query?name=kill.counter&aggregate=count&groupBy=number&match=${match}&${span}`,
      );
      for (const { labels, values } of groups) {
        const count = values.reduce<number>((sum, value) => sum + (value ?? 0), 0);
        counts.set(Number(labels["number"]), count);
      }
    }
    return counts;
  };
  const counts = await eventually(
    `${acknowledged.length} acknowledged numbers stored`,
    async () => {
      const found = await stored();
      return acknowledged.every((number) => found.has(number)) && found;
    },
    60_000,
  );

  expect(acknowledged.length).toBeGreaterThan(rounds);
  expect(acknowledged.filter((number) => counts.get(number) !== 1)).toEqual([]);
}

/** The message went out, and if it went out again it carried the same key. */
async function expectPaged(service: string): Promise<void> {
  const about = () => outside.requests.filter(({ body }) => body.includes(`"${service}"`));
  await eventually(`a message about ${service}`, () => about().length > 0, 120_000);
  const opened = about().filter(({ body }) => body.includes("incident.opened"));

  expect(new Set(opened.map(({ headers }) => headers["webhook-id"])).size).toBe(1);
}

/** Every change that was acknowledged is in the audit once, and the audit has no gap and no fault. */
async function expectOnRecord(runtime: Runtime, changed: readonly string[]): Promise<void> {
  const chain = makeChainStore(new TenantTable(databaseOf(runtime), "audit"));
  const recorded = async () => {
    const counts = new Map<string, number>();
    for await (const { action, resource } of chain.after(runtime.tenantId, 0)) {
      if (action !== "alert-rule.created") continue;
      counts.set(resource.id, (counts.get(resource.id) ?? 0) + 1);
    }
    return changed.every((id) => counts.has(id)) && counts;
  };
  // What a killed process owed is swept each minute.
  const counts = await eventually(`${changed.length} changes on record`, recorded, 150_000);

  expect(changed.length).toBeGreaterThan(0);
  expect(changed.filter((id) => counts.get(id) !== 1)).toEqual([]);
  const { faults } = await verifyChain(runtime.tenantId, chain, { nowMs: Date.now() });
  expect(faults).toEqual([]);
}

/** A fraction in [0, 1) that the seed decides, so that a failing run can be played again. */
function fraction(use: string, round: number): number {
  return createHash("sha256").update(`${seed}:${use}:${round}`).digest().readUInt32LE(0) / 2 ** 32;
}
