import type { LatestAnalysis } from "../../shared/analysis/schemas.ts";
import type { IncidentList } from "../../shared/incidents/schemas.ts";
import { type ApiClient, apiClient, eventually } from "../support/api-client.ts";
import { type Runtime, startRuntime } from "../support/runtime.ts";
import { shopHistory } from "../support/shop-history.ts";
import { startSlowModel } from "../support/slow-model.ts";
import type { BenchRow } from "./row.ts";

const minuteMs = 60_000;
const modelAnswersAfterMs = 5_000;

export const rows: BenchRow[] = [
  {
    name: "incident opened → ranked hypotheses on the page, no model, laptop",
    unit: "s",
    must: 10,
    aim: 3,
    measure: () => rankedAfterS(),
  },
  {
    name: "with a model that answers in 5 s",
    unit: "s",
    must: 30,
    aim: 15,
    measure: explainedAfterS,
  },
];

async function explainedAfterS(): Promise<number> {
  const model = await startSlowModel(modelAnswersAfterMs);
  try {
    return await rankedAfterS({ AI_BASE_URL: model.baseUrl, AI_MODEL: "bench", OUTBOUND_ALLOW: model.allow });
  } finally {
    await model.stop();
  }
}

/** From the moment the incident opened until its page has the causes and, with a model, its words. */
async function rankedAfterS(env: Record<string, string> = {}): Promise<number> {
  const runtime = await startRuntime({ env });
  try {
    const api = apiClient(runtime);
    await runtime.warm();
    await failPayments(runtime, api);
    const incident = await eventually("an incident", async () => {
      const { items } = await api.ask<IncidentList>("GET /api/incidents?state=open");
      return items[0];
    });
    const timeline = await api.ask<{ items: { kind: string; at: string }[] }>(
      `GET /api/incidents/${incident.id}/timeline`,
    );
    const openedAt = timeline.items.find(({ kind }) => kind === "opened")?.at ?? incident.openedAt;
    await eventually("its analysis", () => isShown(api, incident.id, "AI_BASE_URL" in env), 60_000);
    return (Date.now() - Date.parse(openedAt)) / 1000;
  } finally {
    await runtime.stop();
  }
}

async function isShown(api: ApiClient, incidentId: string, byModel: boolean): Promise<boolean> {
  const { analysis } = await api.ask<LatestAnalysis>(`GET /api/incidents/${incidentId}/analysis`);
  const isRight = analysis?.hypotheses[0]?.cause.service === "payments";
  return isRight && (!byModel || analysis.explanation.origin === "model");
}

async function failPayments({ url, ingestKey }: Runtime, api: ApiClient): Promise<void> {
  await api.ask("POST /api/alert-rules", {
    name: "Answers are slow",
    metric: "http.server.request.duration",
    match: '{service.name="checkout"}',
    aggregate: "p95",
    operator: ">",
    thresholds: { critical: 1 },
    groupBy: ["service.name"],
  });
  const stretches = [
    { phase: "good" as const, forMs: 30 * minuteMs },
    { phase: "failing" as const, forMs: minuteMs },
  ];
  for (const body of shopHistory(stretches, Date.now())) {
    const answer = await fetch(`${url}/v1/metrics`, {
      method: "POST",
      headers: { authorization: `Bearer ${ingestKey}`, "content-type": "application/json" },
      body: JSON.stringify(body),
    });
    await answer.arrayBuffer();
    if (answer.status !== 200) throw new Error(`The shop's telemetry was answered ${answer.status}.`);
  }
}
