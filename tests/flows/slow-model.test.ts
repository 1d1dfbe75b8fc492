import { afterEach, expect, test } from "@jest/globals";
import type { AlertRule } from "../../shared/alerts/schemas.ts";
import type { Analysis, LatestAnalysis } from "../../shared/analysis/schemas.ts";
import type { IncidentList } from "../../shared/incidents/schemas.ts";
import { type ApiClient, apiClient, eventually } from "../support/api-client.ts";
import { type Outside, startOutside } from "../support/outside.ts";
import { type Runtime, startRuntime } from "../support/runtime.ts";
import { shopHistory } from "../support/shop-history.ts";
import { type SlowModel, startSlowModel } from "../support/slow-model.ts";

const minuteMs = 60_000;
let runtime: Runtime | undefined;
let outside: Outside | undefined;
let model: SlowModel | undefined;
afterEach(async () => {
  await runtime?.stop();
  await outside?.stop();
  await model?.stop();
});

test.each([
  ["hangs", Number.POSITIVE_INFINITY],
  ["takes four seconds", 4_000],
])(
  "R-18: with a model that %s people are told at once and the causes stand; its words come once, or not",
  async (_what, answersAfterMs) => {
    model = await startSlowModel(answersAfterMs);
    outside = await startOutside();
    const { host, url, requests } = outside;
    const allow = `${host},${model.allow}`;
    runtime = await startRuntime({
      env: { AI_BASE_URL: model.baseUrl, AI_MODEL: "slow", OUTBOUND_ALLOW: allow },
    });
    const api = apiClient(runtime);
    await api.ask("POST /api/channels", { kind: "slack", name: "on call", webhookUrl: `${url}/slack` });
    const incidentId = await anIncident(runtime, api);
    const latest = async (): Promise<Analysis | undefined> =>
      (await api.ask<LatestAnalysis>(`GET /api/incidents/${incidentId}/analysis`)).analysis ?? undefined;

    await eventually("people are told", () => requests.length > 0);
    const ranked = await eventually("the causes are ranked", latest);

    expect(ranked.hypotheses[0]?.cause.service).toBe("payments");
    expect(ranked).toMatchObject({ status: "ranked", explanation: { origin: "deterministic" } });
    if (!Number.isFinite(answersAfterMs)) return;
    const explained = await eventually(
      "its words",
      async () => {
        const analysis = await latest();
        return analysis?.status === "complete" ? analysis : undefined;
      },
      20_000,
    );
    expect(explained.explanation.origin).toBe("model");
    expect(explained.hypotheses).toEqual(ranked.hypotheses);
    expect(model.calls()).toBe(1);
    expect(requests).toHaveLength(1);
  },
  60_000,
);

async function anIncident({ url, ingestKey }: Runtime, api: ApiClient): Promise<string> {
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
    { phase: "good" as const, forMs: 10 * minuteMs },
    { phase: "failing" as const, forMs: 90_000 },
  ];
  for (const body of shopHistory(stretches, Date.now())) {
    const answer = await fetch(`${url}/v1/metrics`, {
      method: "POST",
      headers: { authorization: `Bearer ${ingestKey}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    await answer.arrayBuffer();
    expect(answer.status).toBe(200);
  }
  const incident = await eventually("an incident", async () => {
    const { items } = await api.ask<IncidentList>("GET /api/incidents?state=open");
    return items[0];
  });
  return incident.id;
}
