import type { AlertList, AlertRule } from "../../../shared/alerts/schemas.ts";
import type { AnalysisList } from "../../../shared/analysis/schemas.ts";
import type { AnomalyList } from "../../../shared/anomalies/schemas.ts";
import type { IncidentList } from "../../../shared/incidents/schemas.ts";
import type { ShownOnceKey } from "../../../shared/keys/schemas.ts";
import type { DeliveryList } from "../../../shared/notifications/schemas.ts";
import { type ApiClient, eventually, type PlainPoint } from "../../support/api-client.ts";

/** One thing of each kind that an address can name, by the address up to its id. */
export type Things = Readonly<Record<string, string>>;

const rule = {
  name: "Too full",
  metric: "disk",
  operator: ">",
  aggregate: "last",
  thresholds: { critical: 90 },
};

/** Makes one of each kind in the client's tenant; people and sessions are made by who owns them. */
export async function makeThings(api: ApiClient): Promise<Things> {
  const channel = await api.ask<{ id: string }>("POST /api/channels", {
    kind: "email",
    name: "mailbox",
    address: "on-call@example.com",
  });
  const route = await api.ask<{ id: string }>("POST /api/notification-routes", {
    name: "everything here",
    channelIds: [channel.id],
  });
  await api.ask("POST /api/projects", { projectId: "mine", name: "Mine" });
  await api.ask("PUT /api/services/till", {});
  const deployment = await api.ask<{ id: string }>("POST /api/deployments", {
    service: "store",
    version: "2",
  });
  const { key } = await api.ask<ShownOnceKey>("POST /api/keys", { name: "reader", scopes: ["read"] });
  await api.ask(`POST /api/channels/${channel.id}/test`);
  await api.ingest(aBoilerThatJumps(Date.now()));
  const incident = await makeIncident(api, "store");
  const anomaly = await first("an anomaly", () =>
    api.ask<AnomalyList>("GET /api/anomalies?sensitivity=high"),
  );
  const delivery = await first("a delivery", () => api.ask<DeliveryList>("GET /api/deliveries"));
  return {
    ...incident,
    "/api/anomalies/": anomaly.id,
    "/api/channels/": channel.id,
    "/api/deliveries/": delivery.id,
    "/api/deployments/": deployment.id,
    "/api/keys/": key.id,
    "/api/notification-routes/": route.id,
    "/api/projects/": "mine",
  };
}

/** An incident of a service that runs full, with what led to it and what was made of it. */
export async function makeIncident(api: ApiClient, service: string): Promise<Things> {
  const { id: ruleId } = await api.ask<AlertRule>("POST /api/alert-rules", rule);
  const alert = await eventually("an alert", async () => {
    await api.ingest([{ name: "disk", value: 99, labels: { "service.name": service } }]);
    return (await api.ask<AlertList>(`GET /api/alerts?ruleId=${ruleId}`)).items[0];
  });
  const incident = await first("an incident", () => api.ask<IncidentList>("GET /api/incidents"));
  const analysis = await first("an analysis", () =>
    api.ask<AnalysisList>(`GET /api/incidents/${incident.id}/analyses`),
  );
  return {
    "/api/alert-rules/": ruleId,
    "/api/alerts/": alert.id,
    "/api/incidents/": incident.id,
    "/api/incidents/{id}/analyses/": analysis.id,
  };
}

const first = <T>(what: string, list: () => Promise<{ items: T[] }>): Promise<T> =>
  eventually(what, async () => (await list()).items[0], 20_000);

/** Half a day of a steady temperature, minute by minute, and then a jump. */
function aBoilerThatJumps(nowMs: number): PlainPoint[] {
  const minutes = 720;
  return Array.from({ length: minutes }, (_, minute) => ({
    name: "boiler.temperature",
    value: 60 + Math.sin(minute * 12.9898) + (minute > minutes - 6 ? 40 : 0),
    timestamp: nowMs - (minutes - minute) * 60_000,
    labels: { "service.name": "boiler" },
  }));
}

/** What each route that writes to a named thing takes, so that a refusal is for the name and nothing else. */
export const bodies: Readonly<Record<string, unknown>> = {
  "PUT /api/alert-rules/{id}": rule,
  "POST /api/incidents/{id}/transitions": { to: "ACKNOWLEDGED" },
  "POST /api/incidents/{id}/comments": { text: "mine now" },
  "PATCH /api/incidents/{id}": { title: "mine now" },
  "POST /api/incidents/{id}/analyses/{analysisId}/feedback": { hypothesisId: "hyp_x", verdict: "accepted" },
  "POST /api/incidents/{id}/questions": { question: "What broke?" },
  "PUT /api/incidents/{id}/post-mortem": { summary: "", impact: "", cause: "", fixes: [], actionItems: [] },
  "PUT /api/channels/{id}": { kind: "email", name: "mine now" },
  "PUT /api/notification-routes/{id}": { name: "mine now", channelIds: ["chn_x"] },
  "PATCH /api/members/{id}": { role: "viewer" },
  "PATCH /api/projects/{id}": { name: "mine now" },
};

/** Where an owner reads what an address names, to see that nothing changed. */
export const lists = [
  "/api/alert-rules",
  "/api/channels",
  "/api/incidents",
  "/api/notification-routes",
  "/api/members",
  "/api/invitations",
  "/api/projects",
  "/api/tenant",
  "/api/keys",
  "/api/deployments",
  "/api/anomalies?state=ended",
];

/** Filters that take the id of a thing, and whose. */
export const filters: readonly (readonly [query: string, prefix: string])[] = [
  ["/api/alerts?ruleId=", "/api/alert-rules/"],
  ["/api/deliveries?channelId=", "/api/channels/"],
  ["/api/deliveries?incidentId=", "/api/incidents/"],
  ["/api/audit?resource=alert-rule:", "/api/alert-rules/"],
  ["/api/audit?resource=incident:", "/api/incidents/"],
];

/** Bodies that name a thing by its id, and whose. */
export const naming: readonly (readonly [route: string, prefix: string, body: (id: string) => unknown])[] = [
  ["POST /api/notification-routes", "/api/channels/", (id) => ({ name: "mine now", channelIds: [id] })],
  ["POST /api/keys", "/api/projects/", (id) => ({ name: "mine now", scopes: ["read"], projectId: id })],
  [
    "POST /api/invitations",
    "/api/projects/",
    (id) => ({ email: "mine.now@example.com", role: "viewer", projects: [id] }),
  ],
];
