import type { InfiniteData, QueryClient } from "@tanstack/react-query";
import type { Incident, IncidentList } from "../../../shared/incidents/schemas.ts";
import type { LiveEvent } from "../lib/realtime.ts";

const gatherMs = 400;

/**
 * Puts events into the query cache: the incident they speak of changes on screen at once, and what an
 * event cannot carry whole (lists, timelines, decisions) is fetched again, the first at once, a burst gathered.
 */
export function makeCacheUpdater(client: QueryClient) {
  const stale = new Map<string, readonly unknown[]>();
  let timer: number | undefined;
  let lastMs = -gatherMs;

  const refetch = (key: readonly unknown[]) => {
    stale.set(JSON.stringify(key), key);
    timer ??= window.setTimeout(
      () => {
        timer = undefined;
        lastMs = performance.now();
        const keys = [...stale.values()];
        stale.clear();
        for (const queryKey of keys) client.invalidateQueries({ queryKey });
      },
      Math.max(0, lastMs + gatherMs - performance.now()),
    );
  };

  return {
    take(event: LiveEvent): void {
      if (event.type.startsWith("incident.")) {
        patchIncident(client, event.data);
        refetch(["incidents"]);
        refetch(["incident", event.data["incidentId"]]);
        refetch(["deliveries"]);
      }
      if (event.type.startsWith("alert.")) {
        refetch(["alerts"]);
        refetch(["alert", event.data["alertId"]]);
      }
      if (event.type === "analysis.completed.v1") refetch(["incident", event.data["incidentId"], "analysis"]);
      if (event.type.startsWith("anomaly.")) {
        refetch(["anomalies"]);
        refetch(["anomaly", event.data["anomalyId"]]);
      }
    },
    refetchAll(): void {
      for (const key of ["incidents", "incident", "alerts", "alert", "anomalies", "anomaly"]) refetch([key]);
    },
    stop: () => window.clearTimeout(timer),
  };
}

const carried = ["title", "severity", "state", "service", "alertCount", "firingCount"] as const;

/** Of two states of an incident the higher version stands. */
function patchIncident(client: QueryClient, data: LiveEvent["data"]): void {
  const { incidentId, version } = data;
  if (typeof incidentId !== "string" || typeof version !== "number") return;
  const facts = Object.fromEntries(carried.filter((key) => key in data).map((key) => [key, data[key]]));
  const newer = (incident: Incident): Incident =>
    incident.id === incidentId && incident.version < version ? { ...incident, ...facts, version } : incident;

  client.setQueryData<Incident>(["incident", incidentId], (incident) => incident && newer(incident));
  client.setQueriesData<InfiniteData<IncidentList>>({ queryKey: ["incidents"] }, (lists) => {
    if (!lists?.pages) return lists;
    return { ...lists, pages: lists.pages.map((page) => ({ ...page, items: page.items.map(newer) })) };
  });
}
