import { useQuery } from "@tanstack/react-query";
import type { AlertList } from "../../../../shared/alerts/schemas.ts";
import type { IncidentList } from "../../../../shared/incidents/schemas.ts";
import { api } from "../../lib/api.ts";

const atMost = 100;

/** How much is wrong now, for the badges: counted up to a hundred. */
export function useOpenCounts(): { open: number; firing: number } {
  const incidents = useQuery({
    queryKey: ["incidents", "count"],
    queryFn: ({ signal }) => api.get<IncidentList>("/api/incidents", { state: "open", limit: 1 }, signal),
    refetchInterval: 60_000,
  });
  const alerts = useQuery({
    queryKey: ["alerts", "count"],
    queryFn: ({ signal }) => api.get<AlertList>("/api/alerts", { state: "firing", limit: atMost }, signal),
    refetchInterval: 60_000,
  });
  return { open: incidents.data?.stats.open ?? 0, firing: alerts.data?.items.length ?? 0 };
}
