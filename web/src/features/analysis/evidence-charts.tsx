import { useMemo } from "react";
import { Link } from "react-router";
import type { Analysis, ChangeFacts, Evidence } from "../../../../shared/analysis/schemas.ts";
import { Chart } from "../../components/charted.tsx";
import { Panel } from "../../components/panel.tsx";
import { SkeletonBlock } from "../../components/states.tsx";
import { knownUnit } from "../../lib/known-units.ts";
import { formatQuantity } from "../../lib/quantity.ts";
import { unitOf } from "../metrics/metric-names.ts";
import { useSeries } from "../metrics/use-series.ts";
import { useAnalysis } from "./use-analysis.ts";

const shown = 4;
const height = 150;

/** The metrics that changed most, drawn around the start with the change marked. */
export function EvidenceCharts({ incidentId }: { incidentId: string }) {
  const analysis = useAnalysis(incidentId).data?.analysis;
  const changes = useMemo(() => (analysis ? strongest(analysis) : []), [analysis]);
  if (!analysis || changes.length === 0) return null;
  return (
    <Panel title="What changed">
      <div className="changes">
        {changes.map((piece) => (
          <Change
            key={piece.id}
            piece={piece}
            facts={piece.facts as ChangeFacts}
            startedAt={analysis.startedAt}
          />
        ))}
      </div>
    </Panel>
  );
}

/** Those the likeliest cause stands on first, then by strength. */
function strongest({ evidence, hypotheses }: Analysis): Evidence[] {
  const cited = new Set(hypotheses[0]?.for);
  const weight = (piece: Evidence) => (cited.has(piece.id) ? 1e9 : 0) + (piece.facts as ChangeFacts).strength;
  return evidence
    .filter(({ kind }) => kind === "change")
    .sort((a, b) => weight(b) - weight(a))
    .slice(0, shown);
}

function Change({ piece, facts, startedAt }: { piece: Evidence; facts: ChangeFacts; startedAt: string }) {
  const { query, metric, service, peer, changedAtMs } = facts;
  const unit = unitOf(knownUnit(metric, facts.unit), query.aggregate);
  const asked = useSeries({
    name: query.name,
    match: query.match,
    aggregate: query.aggregate,
    groupBy: query.groupBy,
    from: String(query.fromMs),
    to: String(query.toMs),
  });
  const series = useMemo(
    () =>
      asked.data?.groups.map((group) => ({
        key: JSON.stringify(group.labels),
        name: metric,
        values: group.values,
      })) ?? [],
    [asked.data, metric],
  );
  const moments = useMemo(() => [{ atMs: changedAtMs, name: "changed" }], [changedAtMs]);
  const spans = useMemo(
    () => [{ fromMs: Date.parse(startedAt), toMs: query.toMs, severity: "warning" as const }],
    [startedAt, query.toMs],
  );
  return (
    <figure>
      <figcaption>
        <Link className="mono truncate" to={piece.link}>
          {metric}
        </Link>
        <span className="quiet small">
          {service}
          {peer && ` → ${peer}`}
          {facts.before !== null && facts.after !== null && (
            <>
              {" · "}
              {formatQuantity(facts.before, unit)} → <b>{formatQuantity(facts.after, unit)}</b>
            </>
          )}
        </span>
      </figcaption>
      {asked.isPending ? (
        <SkeletonBlock height={height} />
      ) : series.length === 0 ? (
        <p className="quiet small">The points of that time are no longer stored.</p>
      ) : (
        <Chart
          timesMs={asked.data?.timesMs ?? []}
          series={series}
          unit={unit}
          height={height}
          fromMs={query.fromMs}
          toMs={query.toMs}
          moments={moments}
          spans={spans}
          label={`${metric} of ${service} around the start; it changed where the line stands`}
        />
      )}
    </figure>
  );
}
