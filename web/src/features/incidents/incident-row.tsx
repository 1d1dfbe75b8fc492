import { Link } from "react-router";
import type { Incident } from "../../../../shared/incidents/schemas.ts";
import { IncidentStateMark, SeverityMark } from "../../components/marks.tsx";
import { Lasting, Time } from "../../components/time.tsx";
import { ProjectWord } from "../settings/project-field.tsx";
import "./incident-row.css";

/** One incident in a list: how grave, what, where it stands, since when. */
export function IncidentRow({ incident }: { incident: Incident }) {
  const { firingCount, alertCount } = incident;
  const alerts = alertCount === 1 ? "1 alert" : `${alertCount} alerts`;
  return (
    <Link className="list-row incident-row" to={`/incidents/${incident.id}`} data-row>
      <span className="incident-severity">
        <SeverityMark severity={incident.severity} />
      </span>
      <span className="incident-what">
        <span className="list-title">{incident.title}</span>
        <span className="list-sub">
          {incident.service && <span className="incident-service">{incident.service}</span>}
          {firingCount > 0 ? `${firingCount} of ${alerts} firing` : alerts}
          {incident.assignee && ` · ${incident.assignee}`}
          <ProjectWord project={incident.project} />
        </span>
      </span>
      <span className="incident-state">
        <IncidentStateMark state={incident.state} />
      </span>
      <span className="incident-when small">
        <Lasting from={incident.openedAt} to={incident.resolvedAt} />
        <span className="quiet">
          <Time at={incident.openedAt} />
        </span>
      </span>
    </Link>
  );
}
