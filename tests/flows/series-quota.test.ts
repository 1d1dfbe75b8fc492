import { mkdtempSync } from "node:fs";
import { rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { IngestAnswer } from "../../shared/ingest/schemas.ts";
import type { Cardinality, Limits } from "../../shared/limits/schemas.ts";
import type { MetricQueryResult, SeriesList } from "../../shared/metrics/schemas.ts";
import { type ApiClient, apiClient, eventually } from "../support/api-client.ts";
import { type Runtime, startRuntime } from "../support/runtime.ts";

const quota = 50;
const loose = { "api.key": 1_000_000, "api.tenant": 1_000_000 };
const dataDir = mkdtempSync(join(tmpdir(), "sentinelops-quota-"));
let runtime: Runtime | undefined;
let api: ApiClient;

beforeAll(() => start(quota), 60_000);
afterAll(async () => {
  await runtime?.stop();
  await rm(dataDir, { recursive: true, force: true });
});

async function start(series: number): Promise<void> {
  await runtime?.stop();
  runtime = await startRuntime({ dataDir, env: { LIMITS: JSON.stringify({ ...loose, series }) } });
  api = apiClient(runtime);
}

const points = (from: number, to: number, value = 1) =>
  Array.from({ length: to - from }, (_, i) => ({
    name: "requests.open",
    value,
    labels: { user_id: `u${String(from + i).padStart(3, "0")}` },
  }));

async function send(path: string, body: unknown): Promise<Response> {
  return await fetch(`${runtime?.url}${path}`, {
    method: "POST",
    headers: { authorization: `Bearer ${runtime?.ingestKey}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
}

const sendPlain = async (body: unknown): Promise<IngestAnswer> =>
  (await (await send("/api/ingest/metrics", body)).json()) as IngestAnswer;
const stored = async () =>
  (await api.ask<SeriesList>("GET /api/metrics/requests.open/series?limit=500")).items.length;
const used = async () =>
  (await api.ask<Limits>("GET /api/limits")).quotas.find(({ name }) => name === "series")?.used;

test("S-09: a label that runs away takes what is left of the quota and no more, and everything known goes on", async () => {
  const first = await sendPlain(points(0, 200));

  expect(first).toMatchObject({ accepted: quota, rejected: 200 - quota });
  expect(first.errors[0]).toMatchObject({ index: quota });
  expect(first.errors[0]?.reason).toMatch(/quota of 50 series is used up.*GET \/api\/limits\/series/);
  await eventually("what was accepted is stored", async () => (await stored()) === quota);
  expect(await used()).toBe(quota);

  const later = await sendPlain(points(0, 200, 7));
  expect(later).toMatchObject({ accepted: quota, rejected: 200 - quota });
  await eventually("known series go on", async () => {
    const { groups } = await api.ask<MetricQueryResult>(
      "GET /api/metrics/query?name=requests.open&aggregate=max&groupBy=user_id",
    );
    return groups.length === quota && groups.every(({ values }) => values.includes(7));
  });

  const otlp = await send("/v1/metrics", {
    resourceMetrics: [
      { scopeMetrics: [{ metrics: [{ name: "another", gauge: { dataPoints: [{ asDouble: 1 }] } }] }] },
    ],
  });
  expect(otlp.status).toBe(200);
  expect(await otlp.json()).toMatchObject({
    partialSuccess: {
      rejectedDataPoints: "1",
      errorMessage: expect.stringContaining(
        'Metric "another", point 0: its series is new and the quota of 50',
      ),
    },
  });

  const worst = await api.ask<Cardinality>("GET /api/limits/series");
  expect(worst).toMatchObject({ series: quota, limit: quota });
  expect(worst.metrics).toMatchObject([
    { metric: "requests.open", series: quota, labels: [{ label: "user_id", values: quota }] },
  ]);
}, 60_000);

test("S-09: with a higher quota the rest is taken", async () => {
  await start(1_000);

  expect(await sendPlain(points(0, 200, 9))).toMatchObject({ accepted: 200, rejected: 0 });

  await eventually("all of it is stored", async () => (await stored()) === 200);
  await eventually("and counted", async () => (await used()) === 200);
}, 90_000);
