import { createHash, randomInt } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { MetricQueryResult } from "../../shared/metrics/schemas.ts";
import { apiClient, eventually } from "../support/api-client.ts";
import { type Outside, startOutside } from "../support/outside.ts";
import { type Runtime, startRuntime } from "../support/runtime.ts";

const rounds = Number(process.env["KILL_ROUNDS"] ?? 10);
const seed = Number(process.env["KILL_SEED"] ?? randomInt(1, 2 ** 31));
let outside: Outside;
const sentTo = (path: string) => outside.requests.filter((request) => request.path === path);
let dataDir: string;

beforeAll(async () => {
  outside = await startOutside();
  dataDir = await mkdtemp(join(tmpdir(), "sentinelops-kill-"));
});
afterAll(async () => {
  await outside?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

test(
  `R-20: ${rounds} rounds of SIGKILL lose nothing that was acknowledged (KILL_SEED=${seed})`,
  async () => {
    const env = { OUTBOUND_ALLOW: outside.host };
    const acknowledged: number[] = [];
    let next = 0;
    let runtime = await startRuntime({ dataDir, env });
    await apiClient(runtime).ask("POST /api/channels", {
      kind: "slack",
      name: "on call",
      webhookUrl: `${outside.url}/slack`,
    });
    await apiClient(runtime).ask("POST /api/alert-rules", {
      name: "Numbered",
      metric: "kill.counter",
      aggregate: "last",
      operator: ">=",
      thresholds: { critical: 0 },
      groupBy: ["number"],
      labels: { service: "kill-test" },
    });
    const firstMs = Date.now();

    for (let round = 0; round < rounds; round++) {
      let killed = false;
      const client = apiClient(runtime);
      const sending = (async () => {
        while (!killed) {
          const number = next++;
          try {
            const status = await client.ingest([
              {
                name: "kill.counter",
                value: number,
                timestamp: Date.now(),
                labels: { number: String(number) },
              },
            ]);
            if (status === 200) acknowledged.push(number);
          } catch {
            // The connection died with the process: this number was not acknowledged.
          }
        }
      })();
      await new Promise((resolve) => setTimeout(resolve, 50 + seededFraction(seed, round) * 1_450));
      await runtime.kill();
      killed = true;
      await sending;
      runtime = await startRuntime({ dataDir, env });
    }

    await expectAllStored(runtime, acknowledged, firstMs);
    await eventually(
      "the incident of the acknowledged events was notified",
      () => sentTo("/slack").length > 0,
      60_000,
    );
    await runtime.stop();
  },
  rounds * 30_000,
);

/** Every acknowledged number is stored, once. */
async function expectAllStored(
  runtime: Runtime,
  acknowledged: readonly number[],
  fromMs: number,
): Promise<void> {
  const missing = async () => {
    const stored = new Map<string, number>();
    const result = await apiClient(runtime).ask<MetricQueryResult>(
      `GET /api/metrics/query?name=kill.counter&aggregate=count&from=${fromMs - 1_000}&to=${Date.now() + 1_000}&stepMs=3600000`,
    );
    for (const group of result.groups)
      for (const value of group.values) stored.set("all", (stored.get("all") ?? 0) + (value ?? 0));
    return (stored.get("all") ?? 0) >= acknowledged.length;
  };
  await eventually(`${acknowledged.length} acknowledged numbers stored`, missing, 60_000);
  for (const number of acknowledged) {
    const result = await apiClient(runtime).ask<MetricQueryResult>(
      `GET /api/metrics/query?name=kill.counter&aggregate=count&match=${encodeURIComponent(`{number="${number}"}`)}&from=${fromMs - 1_000}&to=${Date.now() + 1_000}&stepMs=3600000`,
    );
    const count = result.groups
      .flatMap((group) => group.values)
      .reduce<number>((sum, value) => sum + (value ?? 0), 0);
    expect({ number, count }).toEqual({ number, count: 1 });
  }
}

/** A fraction in [0, 1) that the seed and the round decide, so that a failing run can be played again. */
function seededFraction(from: number, round: number): number {
  return createHash("sha256").update(`${from}:${round}`).digest().readUInt32LE(0) / 2 ** 32;
}
