import { Link } from "react-router";
import type { IncidentAlert, IncidentAlertList } from "../../../../shared/incidents/schemas.ts";
import { AlertStateMark, Labels, SeverityMark } from "../../components/marks.tsx";
import { Panel } from "../../components/panel.tsx";
import { Await, LoadMore } from "../../components/states.tsx";
import { Time } from "../../components/time.tsx";
import { Value } from "../../components/value.tsx";
import { segment } from "../../lib/api.ts";
import { itemsOf, usePages } from "../../lib/pages.ts";
import { formatQuantity } from "../../lib/quantity.ts";
import { AlertChart } from "../alerts/alert-chart.tsx";

const chartsAtMost = 3;

/** The alerts behind the incident; the first few with what their rules saw. */
export function Members({ incidentId }: { incidentId: string }) {
  const alerts = usePages<IncidentAlertList>(
    ["incident", incidentId, "alerts"],
    `/api/incidents/${segment(incidentId)}/alerts`,
    { limit: 20 },
  );
  return (
    <Panel title="Alerts" flush>
      <Await of={alerts}>
        {() => (
          <>
            {itemsOf(alerts.data).map((alert, index) => (
              <Member key={alert.alertId} alert={alert} withChart={index < chartsAtMost} />
            ))}
            <LoadMore list={alerts} />
          </>
        )}
      </Await>
    </Panel>
  );
}

function Member({ alert, withChart }: { alert: IncidentAlert; withChart: boolean }) {
  return (
    <div className="member">
      <div className="member-head">
        <SeverityMark severity={alert.severity} wordless />
        <Link className="list-title" to={`/alerts/${alert.alertId}`}>
          {alert.ruleName}
        </Link>
        <span className="push">
          <AlertStateMark state={alert.firing ? "firing" : "resolved"} />
        </span>
      </div>
      <p className="small">
        <Value value={alert.value} unit={alert.unit} />
        {alert.threshold !== null && (
          <span className="quiet"> against a limit of {formatQuantity(alert.threshold, alert.unit)}</span>
        )}
        <span className="quiet">
          {", "}
          <Time at={alert.startedAt} />
        </span>
      </p>
      <Labels labels={alert.labels} limit={6} />
      {withChart && (
        <AlertChart
          ruleId={alert.ruleId}
          labels={alert.labels}
          severity={alert.severity}
          startedAt={alert.startedAt}
          resolvedAt={alert.resolvedAt}
          height={150}
        />
      )}
    </div>
  );
}
