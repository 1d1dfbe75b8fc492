import { Link } from "react-router";
import type { Alert } from "../../../../shared/alerts/schemas.ts";
import { AlertStateMark, Labels, SeverityMark } from "../../components/marks.tsx";
import { Time } from "../../components/time.tsx";
import { Value } from "../../components/value.tsx";
import { knownUnit } from "../../lib/known-units.ts";
import { formatQuantity } from "../../lib/quantity.ts";
import "./alert-row.css";

/** One alert in a list: how grave, which rule for which series, by how much, since when. */
export function AlertRow({ alert }: { alert: Alert }) {
  const unit = knownUnit(alert.metric, alert.unit);
  const since = alert.resolvedAt ?? alert.startedAt ?? alert.pendingSince ?? alert.lastEvaluatedAt;
  return (
    <Link className="list-row alert-row" to={`/alerts/${alert.id}`} data-row>
      <SeverityMark severity={alert.severity} />
      <span className="alert-what">
        <span className="list-title">{alert.ruleName}</span>
        <Labels labels={alert.labels} limit={5} />
      </span>
      <span className="alert-value">
        <Value value={alert.value} unit={unit} />
        {alert.threshold !== null && (
          <span className="alert-limit">limit {formatQuantity(alert.threshold, unit)}</span>
        )}
      </span>
      <AlertStateMark state={alert.state} />
      <span className="alert-since small quiet">
        <Time at={since} />
      </span>
    </Link>
  );
}
