import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { readLocalAddress } from "../../infra/local/data-dir.ts";
import { healthMetrics } from "../../shared/health/index.ts";
import { MetricQueryResult } from "../../shared/metrics/schemas.ts";
import { until } from "../support/until.ts";

const main = fileURLToPath(new URL("../../infra/local/main.ts", import.meta.url));
const boundMs = 60_000;
const dataDir = mkdtempSync(join(tmpdir(), "sentinelops-own-health-"));
/** A test looks again many times a second. */
const LIMITS = JSON.stringify({ "api.key": 1_000_000, "api.tenant": 1_000_000 });
const given = { PORT: "0", OPEN: "0", WATCH_HOST: "1", DATA_DIR: dataDir, AI_BASE_URL: "", LIMITS };
const env = { ...process.env, ...given };
const runtime = spawn(process.execPath, [main], { env, stdio: "ignore" });
const ended = once(runtime, "exit");

beforeAll(() => until(() => readLocalAddress(dataDir) !== undefined, boundMs), boundMs);
afterAll(async () => {
  runtime.kill("SIGTERM");
  await ended;
  await rm(dataDir, { recursive: true, force: true });
});

/** The functions that the laptop's tenant has numbers of, and the newest of each. */
async function newest(name: string): Promise<Map<string, number>> {
  const address = readLocalAddress(dataDir);
  const query = new URLSearchParams({ name, aggregate: "max", groupBy: "function", from: "-10m" });
  const answer = await fetch(`${address?.url}/api/metrics/query?${query}`, {
    headers: { authorization: `Bearer ${address?.adminKey}` },
  }).catch(() => undefined);
  if (!answer?.ok) return new Map();
  const { groups } = MetricQueryResult.parse(await answer.json());
  return new Map(
    groups.map(({ labels, values }) => [
      labels["function"] ?? "",
      values.findLast((value) => value !== null) ?? Number.NaN,
    ]),
  );
}

test(
  "npm start shows its own health within seconds: what its functions handled, how long they took, what waits",
  async () => {
    await until(async () => (await newest(healthMetrics.durationP95)).has("metrics-write"), boundMs);

    const durations = await newest(healthMetrics.durationP95);
    const handled = await newest(healthMetrics.handled);
    expect([...durations.keys()]).toContain("ingest-api");
    for (const ms of durations.values()) expect(ms).toBeGreaterThan(0);
    expect(handled.get("ingest-api")).toBeGreaterThan(0);
    expect((await newest(healthMetrics.parked)).get("notifications-deliver")).toBe(0);
    expect((await newest(healthMetrics.failed)).size).toBe(0);
  },
  2 * boundMs,
);
