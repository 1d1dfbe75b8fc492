import { Link } from "react-router";
import { Sparkline } from "../../components/sparkline.tsx";
import { Value } from "../../components/value.tsx";
import { withQuery } from "../../lib/api.ts";
import { formatQuantity } from "../../lib/quantity.ts";
import { unitOf } from "../metrics/metric-names.ts";
import { useSeries } from "../metrics/use-series.ts";
import type { KeyMetric } from "./key-metrics.ts";

const sparkHeight = 44;

/** The last hour of one metric and where it stands; leads to the explorer. */
export function MetricTile({ metric }: { metric: KeyMetric }) {
  const { name, match, aggregate } = metric;
  const asked = useSeries({ name, match, aggregate, from: "-1h", to: "now" }, { refetchMs: 15_000 });
  const raw = asked.data?.groups[0]?.values ?? [];
  const values = metric.inverted ? raw.map((value) => (value === null ? null : 1 - value)) : raw;
  const latest = values.findLast((value) => value !== null) ?? null;
  const unit = unitOf(asked.data?.unit ?? null, aggregate);
  return (
    <Link
      className="tile"
      to={withQuery("/metrics", { name, match: match === "{}" ? "" : match, agg: aggregate })}
    >
      <span className="tile-title truncate">{metric.title}</span>
      <span className="tile-value">
        {asked.isPending ? <span className="skeleton" /> : <Value value={latest} unit={unit} />}
      </span>
      <span className="tile-chart">
        {latest !== null && (
          <Sparkline
            values={values}
            height={sparkHeight}
            label={`${metric.title}, last hour, now ${formatQuantity(latest, unit)}`}
          />
        )}
      </span>
      <span className="tile-name mono truncate">
        {metric.title === name ? `${aggregate}, last hour` : name}
      </span>
    </Link>
  );
}
