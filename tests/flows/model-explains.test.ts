import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { AlertRule } from "../../shared/alerts/schemas.ts";
import type { Answer, LatestAnalysis } from "../../shared/analysis/schemas.ts";
import type { IncidentList } from "../../shared/incidents/schemas.ts";
import type { AiUsage } from "../../shared/models/schemas.ts";
import { type ApiClient, apiClient, eventually } from "../support/api-client.ts";
import { type FakeOpenai, type Recorded, startFakeOpenai } from "../support/fake-openai.ts";
import { type Runtime, startRuntime } from "../support/runtime.ts";
import { shopHistory } from "../support/shop-history.ts";

const minuteMs = 60_000;
const apiKey = "a-key-of-the-flow";
let fake: FakeOpenai;
let runtime: Runtime;
let api: ApiClient;

beforeAll(async () => {
  fake = await startFakeOpenai();
  fake.say(answerTo);
  runtime = await startRuntime({
    env: { AI_BASE_URL: fake.baseUrl, AI_MODEL: "gpt-4o", AI_API_KEY: apiKey, OUTBOUND_ALLOW: fake.allow },
  });
  api = apiClient(runtime);
}, 60_000);
afterAll(async () => {
  await runtime?.stop();
  await fake?.stop();
});

/** Cites every line there is, and one that is not. */
function answerTo({ messages }: Recorded): unknown {
  const evidence = [...(messages[1]?.content ?? "").matchAll(/^(E\d+) /gm)].map(([, name]) => name);
  const claims = [{ text: "Payments fail since their new version.", evidence }];
  if (messages[0]?.content.includes("QUESTION")) return { claims };
  return {
    rootCause: claims[0],
    affected: [{ text: "Nobody knows.", evidence: ["E999"] }],
    steps: claims,
    prevention: [],
    whatHappened: "Payments failed.",
    whatIsDone: "The new version is looked at.",
  };
}

test("the causes stand without the model, and its words come once, with what they cost", async () => {
  await api.ask<AlertRule>("POST /api/alert-rules", {
    name: "Shop: answers are slow",
    metric: "http.server.request.duration",
    match: '{service.name="checkout"}',
    aggregate: "p95",
    operator: ">",
    thresholds: { critical: 1 },
    groupBy: ["service.name"],
  });
  const stretches = [
    { phase: "good" as const, forMs: 20 * minuteMs },
    { phase: "failing" as const, forMs: 90_000 },
  ];
  for (const body of shopHistory(stretches, Date.now())) await send(body);

  const incident = await eventually("an incident", async () => {
    const { items } = await api.ask<IncidentList>("GET /api/incidents?state=open");
    return items[0];
  });
  const analysis = await eventually("a model explained it", async () => {
    const latest = await api.ask<LatestAnalysis>(`GET /api/incidents/${incident.id}/analysis`);
    return latest.analysis?.explanation.origin === "model" ? latest.analysis : undefined;
  });

  expect(analysis).toMatchObject({
    status: "complete",
    explanation: {
      model: "gpt-4o",
      rootCause: { text: "Payments fail since their new version." },
      affected: [],
      summary: "Payments failed.\n\nThe new version is looked at.",
      struckClaims: 1,
    },
    cost: { calls: 1, inputTokens: 120, outputTokens: 40 },
  });
  expect(analysis.hypotheses[0]?.cause.service).toBe("payments");

  const answer = await api.ask<Answer>(`POST /api/incidents/${incident.id}/questions`, {
    question: "What broke?",
  });
  expect(answer).toMatchObject({ origin: "model", struckClaims: 0 });

  const usage = await api.ask<AiUsage>("GET /api/ai/usage?days=1");
  expect(usage.byPurpose.map(({ purpose }) => purpose).sort()).toEqual(["explanation", "question"]);
  expect(usage.total.costUsd).toBeGreaterThan(0);
  expect(JSON.stringify(usage)).not.toContain(apiKey);
  for (const { raw } of fake.requests) expect(raw).not.toContain(apiKey);
}, 60_000);

async function send(body: object): Promise<void> {
  const answer = await fetch(`${runtime.url}/v1/metrics`, {
    method: "POST",
    headers: { authorization: `Bearer ${runtime.ingestKey}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(200);
  await answer.arrayBuffer();
}
