import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { AlertRule } from "../../shared/alerts/schemas.ts";
import type { Analysis, LatestAnalysis } from "../../shared/analysis/schemas.ts";
import type { Deployment } from "../../shared/deployments/schemas.ts";
import type { IncidentList, Timeline } from "../../shared/incidents/schemas.ts";
import { type ApiClient, apiClient, eventually } from "../support/api-client.ts";
import { type Runtime, startRuntime } from "../support/runtime.ts";
import { shopHistory } from "../support/shop-history.ts";

const minuteMs = 60_000;
let runtime: Runtime;
let api: ApiClient;

beforeAll(async () => {
  runtime = await startRuntime();
  api = apiClient(runtime);
}, 60_000);
afterAll(() => runtime?.stop());

test("the failing dependency is named first, with its deployment as evidence, without any model", async () => {
  await api.ask<AlertRule>("POST /api/alert-rules", {
    name: "Shop: answers are slow",
    metric: "http.server.request.duration",
    match: '{service.name="checkout"}',
    aggregate: "p95",
    operator: ">",
    thresholds: { critical: 1 },
    groupBy: ["service.name"],
  });
  const endMs = Date.now();
  const failingMs = 90_000;
  const deployment = await api.ask<Deployment>("POST /api/deployments", {
    id: "run/4711",
    service: "payments",
    version: "2.4.0",
    at: new Date(endMs - failingMs - 10_000).toISOString(),
    by: "release pipeline",
  });
  await api.ask("POST /api/deployments", { service: "catalog", version: "7.0.1" });
  const stretches = [
    { phase: "good" as const, forMs: 20 * minuteMs },
    { phase: "failing" as const, forMs: failingMs },
  ];
  for (const body of shopHistory(stretches, endMs)) await send(body);

  const incident = await eventually("an incident", async () => {
    const { items } = await api.ask<IncidentList>("GET /api/incidents?state=open");
    return items[0];
  });
  const analysis = await eventually("its causes are ranked", () => latest(incident.id));

  const [first] = analysis.hypotheses;
  const cited = analysis.evidence.filter(({ id }) => first?.for.includes(id));
  expect(first?.cause).toMatchObject({
    service: "payments",
    deployment: { id: deployment.id, version: "2.4.0" },
    dependency: { caller: "checkout", callee: "payments" },
  });
  expect(cited.map(({ kind }) => kind)).toEqual(expect.arrayContaining(["change", "deployment"]));
  expect(analysis.hypotheses.length).toBeGreaterThanOrEqual(3);
  expect(analysis.explanation).toMatchObject({ origin: "deterministic", model: null });
  expect(analysis.explanation.rootCause?.text).toMatch(/^payments: .* after its deployment of 2\.4\.0/);
  expect(analysis.rankedAfterMs).toBeLessThan(10_000);
}, 60_000);

test("the incident shows its likely cause on list and timeline, and the analysis is complete", async () => {
  const shown = await eventually("the incident knows its cause", async () => {
    const { items } = await api.ask<IncidentList>("GET /api/incidents");
    return items[0]?.likelyCause ? items[0] : undefined;
  });
  const timeline = await api.ask<Timeline>(`GET /api/incidents/${shown.id}/timeline`);
  const analysis = await eventually("nothing more is to come", async () => {
    const newest = await latest(shown.id);
    return newest?.status === "complete" && newest;
  });

  expect(shown.likelyCause).toMatchObject({ analysisId: analysis.id, service: "payments" });
  expect(timeline.items.filter(({ kind }) => kind === "analysis")).toHaveLength(1);
});

async function latest(incidentId: string): Promise<Analysis | undefined> {
  const { analysis } = await api.ask<LatestAnalysis>(`GET /api/incidents/${incidentId}/analysis`);
  return analysis ?? undefined;
}

async function send(body: object): Promise<void> {
  const answer = await fetch(`${runtime.url}/v1/metrics`, {
    method: "POST",
    headers: { authorization: `Bearer ${runtime.ingestKey}`, "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  expect(answer.status).toBe(200);
  await answer.arrayBuffer();
}
