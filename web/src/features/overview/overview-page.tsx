import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import type { AlertRuleList } from "../../../../shared/alerts/schemas.ts";
import type { Incident, IncidentList } from "../../../../shared/incidents/schemas.ts";
import { Page, Panel } from "../../components/panel.tsx";
import { Await, Failed, SkeletonBlock } from "../../components/states.tsx";
import { api } from "../../lib/api.ts";
import { gravity } from "../../lib/contract.ts";
import { useListKeys } from "../../lib/list-keys.ts";
import { itemsOf, usePages } from "../../lib/pages.ts";
import { IncidentRow } from "../incidents/incident-row.tsx";
import { useMetricNames } from "../metrics/metric-names.ts";
import { Arrivals } from "./arrivals.tsx";
import { DayRibbon } from "./day-ribbon.tsx";
import { FiringNow } from "./firing-now.tsx";
import { FirstSteps } from "./first-steps.tsx";
import { pickKeyMetrics } from "./key-metrics.ts";
import { MetricTile } from "./metric-tile.tsx";
import { UnusualNow } from "./unusual-now.tsx";
import "./overview.css";

const tileCount = 8;
const shownIncidents = 8;

/** What is wrong now? */
export default function OverviewPage() {
  const open = usePages<IncidentList>(["incidents"], "/api/incidents", { state: "open", limit: 50 });
  const recent = usePages<IncidentList>(["incidents"], "/api/incidents", { limit: 100 });
  const metrics = useMetricNames();
  const rules = useQuery({
    queryKey: ["rules", "any"],
    queryFn: ({ signal }) => api.get<AlertRuleList>("/api/alert-rules", { limit: 1 }, signal),
  });
  const incidents = gravestFirst(itemsOf(open.data));
  const openCount = open.data?.pages[0]?.stats.open ?? incidents.length;
  const list = useListKeys<HTMLDivElement>();
  const hasMetrics = (metrics.data?.length ?? 0) > 0;
  const hasRules = (rules.data?.items.length ?? 0) > 0;
  const isNew = metrics.isSuccess && rules.isSuccess && (!hasMetrics || !hasRules);

  const isQuietNow = open.isSuccess && openCount === 0;
  const isQuiet = open.isSuccess && incidents.length === 0 && !isNew;

  if (open.isError) return <Failed error={open.error} retry={() => open.refetch()} />;
  return (
    <Page
      title={open.isPending ? "Overview" : headline(incidents, openCount)}
      subtitle={open.isPending ? " " : detail(incidents, openCount)}
      headline={isQuietNow ? "calm" : "grave"}
    >
      <DayRibbon incidents={itemsOf(recent.data)} />
      <div className={`overview${isQuiet ? " overview-quiet" : ""}`}>
        {!isQuiet && (
          <div className="stack overview-list">
            {(open.isPending || incidents.length > 0) && (
              <Panel
                title="Open incidents"
                flush
                aside={
                  <Link className="push small" to="/incidents">
                    All incidents
                  </Link>
                }
              >
                <Await of={open}>
                  {() => (
                    <div ref={list}>
                      {incidents.slice(0, shownIncidents).map((incident) => (
                        <IncidentRow key={incident.id} incident={incident} />
                      ))}
                    </div>
                  )}
                </Await>
              </Panel>
            )}
            {isNew && <FirstSteps hasMetrics={hasMetrics} hasRules={hasRules} />}
          </div>
        )}
        <div className="stack overview-aside">
          <FiringNow />
          <UnusualNow />
          <Arrivals />
        </div>
        {metrics.isPending && (
          <div className="overview-tiles">
            <SkeletonBlock height={292} />
          </div>
        )}
        {hasMetrics && (
          <section className="tiles overview-tiles" aria-label="Key metrics, last hour">
            {pickKeyMetrics(metrics.data ?? [], tileCount).map((metric) => (
              <MetricTile key={metric.name} metric={metric} />
            ))}
          </section>
        )}
      </div>
    </Page>
  );
}

function gravestFirst(incidents: readonly Incident[]): Incident[] {
  return incidents.toSorted(
    (a, b) => gravity(b.severity) - gravity(a.severity) || Date.parse(b.openedAt) - Date.parse(a.openedAt),
  );
}

function headline(incidents: readonly Incident[], openCount: number): string {
  if (openCount === 0) return "All quiet";
  const critical = incidents.filter((incident) => incident.severity === "critical").length;
  if (critical > 0)
    return critical === 1 ? "1 critical incident is open" : `${critical} critical incidents are open`;
  return openCount === 1 ? "1 incident is open" : `${openCount} incidents are open`;
}

function detail(incidents: readonly Incident[], openCount: number): string {
  if (openCount === 0) return "No incident is open. Whatever changes shows here within a second.";
  const waiting = incidents.filter((incident) => incident.state === "DETECTED").length;
  const more = openCount === 1 ? "" : `${openCount} open in all. `;
  if (waiting === 0) return `${more}${openCount === 1 ? "It has" : "All have"} been taken up.`;
  return `${more}${waiting === 1 ? "One waits" : `${waiting} wait`} to be acknowledged.`;
}
