import { isoTime } from "../platform/clock.ts";
import { defaultProject } from "../platform/labels/project.ts";
import type { EvidenceQuery } from "./schemas.ts";

/** Addresses in the dashboard that show a piece of evidence again. */
export function metricLink({ name, match, aggregate, groupBy, fromMs, toMs }: EvidenceQuery): string {
  const params = new URLSearchParams({
    name,
    match,
    agg: aggregate,
    from: isoTime(fromMs),
    to: isoTime(toMs),
    ...(groupBy ? { by: groupBy } : {}),
  });
  return `/metrics?${params}`;
}

export const alertLink = (alertId: string) => `/alerts/${encodeURIComponent(alertId)}`;
export const incidentLink = (incidentId: string) => `/incidents/${encodeURIComponent(incidentId)}`;
export const anomalyLink = (anomalyId: string) => `/anomalies/${encodeURIComponent(anomalyId)}`;
export const serviceLink = (project: string, service: string) =>
  `/services?${new URLSearchParams({ service, ...(project === defaultProject ? {} : { project }) })}`;
export const deploymentLink = (deploymentId: string) =>
  `/services/deployments?id=${encodeURIComponent(deploymentId)}`;
