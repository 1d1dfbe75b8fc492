import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import type { AlertList } from "../../../../shared/alerts/schemas.ts";
import { SeverityMark } from "../../components/marks.tsx";
import { Panel } from "../../components/panel.tsx";
import { Await, SkeletonBlock } from "../../components/states.tsx";
import { api } from "../../lib/api.ts";
import { severities } from "../../lib/contract.ts";

const atMost = 100;

/** How many alerts fire, by severity. */
export function FiringNow() {
  const alerts = useQuery({
    queryKey: ["alerts", "count"],
    queryFn: ({ signal }) => api.get<AlertList>("/api/alerts", { state: "firing", limit: atMost }, signal),
  });
  return (
    <Panel title="Firing alerts">
      <Await of={alerts} skeleton={<SkeletonBlock height={72} />}>
        {() => {
          const items = alerts.data?.items ?? [];
          const more = alerts.data?.cursor ? "+" : "";
          return (
            <>
              <p className="big-number">
                <Link to="/alerts">
                  {items.length}
                  {more}
                </Link>
                <span className="unit">{items.length === 1 ? "alert fires" : "alerts fire"}</span>
              </p>
              <div className="row wrap firing-kinds">
                {severities.map((severity) => {
                  const count = items.filter((alert) => alert.severity === severity).length;
                  if (count === 0) return null;
                  return (
                    <Link key={severity} to={`/alerts?severity=${severity}`} className="row">
                      <SeverityMark severity={severity} />
                      <span>{count}</span>
                    </Link>
                  );
                })}
                {items.length === 0 && <span className="quiet small">No limit is crossed.</span>}
              </div>
            </>
          );
        }}
      </Await>
    </Panel>
  );
}
