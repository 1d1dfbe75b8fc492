import { AlertRuleInput, AlertRuleList } from "../../../shared/alerts/schemas.ts";
import type { Api } from "./api.ts";

const rules = [
  {
    name: "Shop: requests fail",
    metric: "shop.requests.failed",
    aggregate: "rate",
    operator: ">",
    thresholds: { warning: 0.2, critical: 1 },
    groupBy: ["service.name"],
    annotations: { summary: "{{ labels.service.name }} fails {{ value }} requests a second." },
  },
  {
    name: "Shop: answers are slow",
    metric: "http.server.request.duration",
    match: '{service.namespace="shop"}',
    aggregate: "p95",
    operator: ">",
    thresholds: { warning: 1, critical: 4 },
    groupBy: ["service.name"],
    annotations: {
      summary: "One answer in twenty of {{ labels.service.name }} takes more than {{ value }} s.",
    },
  },
  {
    type: "anomaly",
    name: "Shop: unlike itself",
    match: '{service.namespace="shop"}',
    annotations: { summary: "{{ labels.service.name }}: {{ labels.metric }} is at {{ value }}." },
  },
].map((rule) => AlertRuleInput.parse(rule));

/** Makes the shop's alert rules, those that do not stand yet; returns the names of the new ones. */
export async function ensureRules(api: Api): Promise<string[]> {
  const standing = new Set<string>();
  let cursor: string | null = null;
  do {
    const query: string = cursor === null ? "" : `?cursor=${encodeURIComponent(cursor)}`;
    const page = AlertRuleList.parse(await api("GET", `/api/alert-rules${query}`));
    for (const { name } of page.items) standing.add(name);
    cursor = page.cursor;
  } while (cursor !== null);
  const missing = rules.filter(({ name }) => !standing.has(name));
  for (const rule of missing) await api("POST", "/api/alert-rules", rule);
  return missing.map(({ name }) => name);
}
