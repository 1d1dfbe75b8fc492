import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { AlertRule } from "../../shared/alerts/schemas.ts";
import type { AnalysisList } from "../../shared/analysis/schemas.ts";
import type { Incident, IncidentList } from "../../shared/incidents/schemas.ts";
import { type ApiClient, apiClient, eventually } from "../support/api-client.ts";
import { type Outside, startOutside } from "../support/outside.ts";
import { type Runtime, startRuntime } from "../support/runtime.ts";

const seriesCount = 10_000;
let runtime: Runtime;
let outside: Outside;
const sentTo = (path: string) => outside.requests.filter((request) => request.path === path);
let api: ApiClient;

beforeAll(async () => {
  outside = await startOutside();
  runtime = await startRuntime({ env: { OUTBOUND_ALLOW: outside.host } });
  api = apiClient(runtime);
}, 60_000);
afterAll(async () => {
  await runtime?.stop();
  await outside?.stop();
});

test("R-13, S-52: 10,000 series crossing one rule at once are all counted, in at most 10 incidents, messages and analyses", async () => {
  await api.ask("POST /api/channels", { kind: "slack", name: "on call", webhookUrl: `${outside.url}/slack` });
  const rule = await api.ask<AlertRule>("POST /api/alert-rules", {
    name: "Hot host",
    metric: "storm.cpu",
    aggregate: "last",
    operator: ">",
    thresholds: { critical: 90 },
    groupBy: ["host"],
  });
  const points = Array.from({ length: seriesCount }, (_, i) => ({
    name: "storm.cpu",
    value: 95,
    labels: { host: `host-${i}` },
  }));

  const status = await api.ingest(points);
  const counted = async () => {
    const { items } = await api.ask<IncidentList>("GET /api/incidents?limit=200");
    return items.reduce((sum, incident) => sum + incident.alertCount, 0) === seriesCount && items;
  };
  const incidents = await eventually("every alert in an incident", counted, 280_000);

  expect(status).toBe(200);
  expect(rule.version).toBe(1);
  expect(incidents.length).toBeLessThanOrEqual(10);
  expect(sentTo("/slack").length).toBeGreaterThanOrEqual(1);
  expect(sentTo("/slack").length).toBeLessThanOrEqual(10);
  const analyses = await eventually("each incident is analysed", () => analysesOf(incidents), 60_000);
  expect(analyses).toBeLessThanOrEqual(10);
}, 330_000);

/** How many analyses the incidents have together, once each has one. */
async function analysesOf(incidents: readonly Incident[]): Promise<number | undefined> {
  const lists = await Promise.all(
    incidents.map(({ id }) => api.ask<AnalysisList>(`GET /api/incidents/${id}/analyses?limit=50`)),
  );
  const counts = lists.map(({ items }) => items.length);
  return counts.every((count) => count > 0) ? counts.reduce((sum, count) => sum + count, 0) : undefined;
}
