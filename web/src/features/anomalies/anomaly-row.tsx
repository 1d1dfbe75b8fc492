import { Link } from "react-router";
import type { Anomaly } from "../../../../shared/anomalies/schemas.ts";
import { Labels, ToneMark } from "../../components/marks.tsx";
import { Lasting, Time } from "../../components/time.tsx";
import { Value } from "../../components/value.tsx";
import { knownUnit } from "../../lib/known-units.ts";
import { formatQuantity } from "../../lib/quantity.ts";
import { Rarity } from "./rarity.tsx";
import { featureWords, nameOf, standing } from "./words.ts";

/** One anomaly in a list: where it stands, what, in which way, by how much, how unusual, since when. */
export function AnomalyRow({ anomaly }: { anomaly: Anomaly }) {
  const { metric, kind, service, expected, value } = anomaly;
  const unit = metric === null ? null : knownUnit(metric, anomaly.unit);
  const look = standing(anomaly);
  const own = Object.fromEntries(Object.entries(anomaly.labels).filter(([name]) => name !== "service.name"));
  return (
    <Link className="list-row anomaly-row" to={`/anomalies/${anomaly.id}`} data-row>
      <span className="anomaly-standing">
        <ToneMark tone={look.tone} filled={look.filled}>
          {look.word}
        </ToneMark>
        {anomaly.state === "open" && anomaly.mode === "shadow" && (
          <span className="anomaly-mode">watching only</span>
        )}
      </span>
      <span className="anomaly-what">
        <span className="list-title">{nameOf(anomaly)}</span>
        <span className="list-sub">
          {kind === "metric" && service && `${service} · `}
          {kind === "vector" ? contributors(anomaly) : featureWords(anomaly.feature)}
        </span>
        <Labels labels={own} limit={4} />
      </span>
      <span className="anomaly-value">
        {value !== null && <Value value={value} unit={unit} />}
        {expected !== null && (
          <span className="anomaly-expected">expected {formatQuantity(expected, unit)}</span>
        )}
      </span>
      <Rarity score={anomaly.score} />
      <span className="anomaly-when small">
        <Lasting from={anomaly.startedAt} to={anomaly.endedAt} />
        <span className="quiet">
          <Time at={anomaly.startedAt} />
        </span>
      </span>
    </Link>
  );
}

function contributors({ contributions }: Anomaly): string {
  const named = contributions.slice(0, 3).map(({ metric }) => metric);
  const rest = contributions.length - named.length;
  return rest > 0 ? `${named.join(", ")} and ${rest} more` : named.join(", ");
}
