import { useCallback, useMemo } from "react";
import { Link } from "react-router";
import type { MetricInfo, MetricQueryResult } from "../../../../shared/metrics/schemas.ts";
import { ExploredChart } from "../../components/explored-chart.tsx";
import { SelectField } from "../../components/field.tsx";
import { Empty, Failed, SkeletonBlock } from "../../components/states.tsx";
import { withQuery } from "../../lib/api.ts";
import { useNow } from "../../lib/clock.ts";
import { aggregates } from "../../lib/contract.ts";
import { roughDuration } from "../../lib/duration.ts";
import { seriesName } from "../../lib/labels.ts";
import { asProblem } from "../../lib/problem.ts";
import { unitName } from "../../lib/quantity.ts";
import { drawnFrom, isLive, spanOf } from "../../lib/time-range.ts";
import type { Patch } from "../../lib/url-state.ts";
import { bandOf, spansOf, useBands } from "../anomalies/use-bands.ts";
import type { ExplorerState } from "./explorer-state.ts";
import { ForecastPanel } from "./forecast-panel.tsx";
import { GroupByField } from "./group-by-field.tsx";
import { useFacets } from "./label-facets.ts";
import { MatcherField } from "./matcher-field.tsx";
import { unitOf } from "./metric-names.ts";
import { useSeries } from "./use-series.ts";

const chartHeight = 320;
const refetchMs = 10_000;
const aggregateOptions = aggregates.map((value) => ({ value, label: value }));

interface QueryPanelProps {
  state: ExplorerState;
  metric: MetricInfo | undefined;
  patch(changes: Patch): void;
}

/** The question put to one metric, and its answer. */
export function QueryPanel({ state, metric, patch }: QueryPanelProps) {
  const { name, match, aggregate, groupBy, range } = state;
  const facets = useFacets(name).data ?? [];
  const asked = useSeries(
    { name, match, aggregate, groupBy: groupBy.join(","), ...range },
    isLive(range) ? { refetchMs } : {},
  );
  const problem = asked.isError ? asProblem(asked.error) : undefined;
  const matchError = problem?.field === "match" ? problem.message : undefined;
  const onMatch = useCallback((text: string) => patch({ match: text === "{}" ? null : text }), [patch]);
  return (
    <>
      <section className="panel" aria-label="Chart">
        <div className="panel-body">
          {asked.isPending ? (
            <SkeletonBlock height={chartHeight + 80} />
          ) : problem && !matchError ? (
            <Failed error={problem} retry={() => asked.refetch()} />
          ) : (
            asked.data && (
              <Answer
                result={asked.data}
                state={state}
                onZoom={(fromMs, toMs) => patch({ from: String(fromMs), to: String(toMs) })}
              />
            )
          )}
        </div>
      </section>
      <ForecastPanel state={state} patch={patch} />
      <section className="panel" aria-label="Query">
        <div className="panel-body controls">
          <MatcherField match={match} facets={facets} error={matchError} onMatch={onMatch} />
          <SelectField
            label="Aggregate"
            value={aggregate}
            options={aggregateOptions}
            hint={metric && [metric.type.replace("_", " "), unitName(metric.unit)].filter(Boolean).join(", ")}
            onValue={(agg) => patch({ agg })}
          />
          <div className="controls-wide">
            <GroupByField
              groupBy={groupBy}
              facets={facets}
              words={{ none: "nothing: one line", all: "every series" }}
              onGroupBy={(by) => patch({ by: by.join(",") })}
            />
          </div>
        </div>
      </section>
    </>
  );
}

interface AnswerProps {
  result: MetricQueryResult;
  state: ExplorerState;
  onZoom(fromMs: number, toMs: number): void;
}

function Answer({ result, state, onZoom }: AnswerProps) {
  const now = useNow();
  const asked = spanOf(state.range, now);
  const toMs = Math.max(asked.toMs, result.timesMs.at(-1) ?? 0);
  const fromMs = state.isRangePicked
    ? asked.fromMs
    : drawnFrom(asked.fromMs, toMs, result.timesMs, result.groups);
  const bands = useBands(
    { name: state.name, match: state.match, ...state.range },
    { live: isLive(state.range) },
  ).data;
  const isOneLine = result.groups.length === 1;
  const band = useMemo(
    () => (isOneLine ? bandOf(bands, result.aggregate) : undefined),
    [isOneLine, bands, result.aggregate],
  );
  const unusual = bands?.anomalies ?? [];
  const spans = useMemo(() => spansOf(bands?.anomalies ?? [], now), [bands, now]);
  const series = useMemo(() => {
    const all = result.groups.map((group) => group.labels);
    return result.groups.map(({ labels, values }) => ({
      key: JSON.stringify(labels),
      name: seriesName(labels, all),
      values,
    }));
  }, [result]);
  if (series.length === 0) {
    return (
      <Empty title="No points here">
        <p>Nothing matches in this stretch of time. Widen the range, or loosen the conditions.</p>
      </Empty>
    );
  }
  return (
    <>
      <ExploredChart
        timesMs={result.timesMs}
        series={series}
        unit={unitOf(result.unit, result.aggregate)}
        height={chartHeight}
        fromMs={fromMs}
        toMs={toMs}
        band={band}
        spans={spans}
        label={`${result.aggregate} of ${result.name}, ${series.length} series; the table below has the values`}
        onZoom={onZoom}
      />
      <p className="quiet small">
        {series.length === 1 ? "1 line" : `${series.length} lines`} at {roughDuration(result.stepMs)} a step
        {result.resolution === "raw" ? "" : `, from ${result.resolution} roll-ups`}
        {band && ". The shaded band holds ordinary values"}
        {unusual.length > 0 && (
          <>
            .{" "}
            <Link to={withQuery("/anomalies", { metric: state.name, state: "all" })}>
              {unusual.length === 1 ? "1 anomaly" : `${unusual.length} anomalies`} here
            </Link>
          </>
        )}
        {result.truncated && ". Too many groups to draw them all: narrow the conditions."}
      </p>
    </>
  );
}
