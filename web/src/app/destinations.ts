import { useQuery } from "@tanstack/react-query";
import type { AlertRuleList } from "../../../shared/alerts/schemas.ts";
import type { IncidentList } from "../../../shared/incidents/schemas.ts";
import type { MetricList } from "../../../shared/metrics/schemas.ts";
import type { IconName } from "../components/icon.tsx";
import { api, withQuery } from "../lib/api.ts";
import { navigation } from "./navigation.ts";

export interface Destination {
  key: string;
  kind: string;
  label: string;
  icon: IconName;
  /** A path, or `help`. */
  to: string;
}

const pages: Destination[] = [
  ...navigation.map((page) => ({
    key: page.to,
    kind: "Page",
    label: page.label,
    icon: page.icon,
    to: page.to,
  })),
  { key: "new-rule", kind: "Action", label: "New alert rule", icon: "plus", to: "/alerts/rules/new" },
  {
    key: "new-anomaly-rule",
    kind: "Action",
    label: "New alert rule on anomalies",
    icon: "plus",
    to: "/alerts/rules/new?type=anomaly",
  },
  {
    key: "new-forecast-rule",
    kind: "Action",
    label: "New alert rule on a forecast",
    icon: "plus",
    to: "/alerts/rules/new?type=forecast",
  },
  {
    key: "new-channel",
    kind: "Action",
    label: "New notification channel",
    icon: "plus",
    to: "/notifications?new=1",
  },
  { key: "rules", kind: "Page", label: "Alert rules", icon: "alerts", to: "/alerts/rules" },
  {
    key: "routes",
    kind: "Page",
    label: "Notification routes",
    icon: "notifications",
    to: "/notifications/routes",
  },
  {
    key: "deliveries",
    kind: "Page",
    label: "Deliveries",
    icon: "notifications",
    to: "/notifications/deliveries",
  },
  {
    key: "services",
    kind: "Page",
    label: "Services as a whole",
    icon: "anomalies",
    to: "/anomalies/services",
  },
  { key: "detectors", kind: "Page", label: "Detectors", icon: "anomalies", to: "/anomalies/detectors" },
  { key: "deployments", kind: "Page", label: "Deployments", icon: "deploy", to: "/services/deployments" },
  { key: "projects", kind: "Page", label: "Projects", icon: "settings", to: "/settings/projects" },
  { key: "keys", kind: "Page", label: "API keys", icon: "key", to: "/settings/keys" },
  { key: "audit", kind: "Page", label: "Audit", icon: "settings", to: "/settings/audit" },
  { key: "limits", kind: "Page", label: "Limits and use", icon: "settings", to: "/settings/limits" },
  { key: "ai", kind: "Page", label: "AI use and cost", icon: "settings", to: "/settings/ai" },
  { key: "sessions", kind: "Page", label: "Your sessions", icon: "person", to: "/settings/sessions" },
  { key: "api", kind: "Page", label: "API reference", icon: "settings", to: "/settings/api" },
  { key: "help", kind: "Help", label: "Keyboard shortcuts", icon: "keyboard", to: "help" },
];

/** Everything the palette can go to; what is not loaded yet is simply not there yet. */
export function useDestinations(): Destination[] {
  const incidents = useListed<IncidentList>("/api/incidents", 50);
  const rules = useListed<AlertRuleList>("/api/alert-rules", 200);
  const metrics = useListed<MetricList>("/api/metrics", 500);
  return [
    ...pages,
    ...(incidents?.items.map(({ id, title }) => {
      return { key: id, kind: "Incident", label: title, icon: "incidents", to: `/incidents/${id}` } as const;
    }) ?? []),
    ...(rules?.items.map(({ id, name }) => {
      return { key: id, kind: "Rule", label: name, icon: "alerts", to: `/alerts/rules/${id}` } as const;
    }) ?? []),
    ...(metrics?.items.map(({ name }) => {
      const to = withQuery("/metrics", { name });
      return { key: `metric ${name}`, kind: "Metric", label: name, icon: "metrics", to } as const;
    }) ?? []),
  ];
}

function useListed<L>(path: string, limit: number): L | undefined {
  return useQuery({
    queryKey: ["palette", path],
    queryFn: ({ signal }) => api.get<L>(path, { limit }, signal),
    staleTime: 30_000,
  }).data;
}
