import { keepPreviousData, useQuery } from "@tanstack/react-query";
import { useEffect, useMemo, useState } from "react";
import type { BacktestResult, ThresholdRuleInput } from "../../../../shared/alerts/schemas.ts";
import type { ChartThreshold } from "../../components/chart-model.ts";
import { ExploredChart } from "../../components/explored-chart.tsx";
import { Segmented } from "../../components/field.tsx";
import { Labels, SeverityMark } from "../../components/marks.tsx";
import { Panel } from "../../components/panel.tsx";
import { Failed, SkeletonBlock } from "../../components/states.tsx";
import { Time } from "../../components/time.tsx";
import { Value } from "../../components/value.tsx";
import { api } from "../../lib/api.ts";
import { severities } from "../../lib/contract.ts";
import { roughDuration } from "../../lib/duration.ts";
import { seriesName } from "../../lib/labels.ts";
import { drawnFrom } from "../../lib/time-range.ts";
import { unitOf, useMetricNames } from "../metrics/metric-names.ts";

const settleMs = 400;
const chartHeight = 300;
const spans = [
  { value: "-1h", label: "1 h" },
  { value: "-6h", label: "6 h" },
  { value: "-24h", label: "24 h" },
  { value: "-7d", label: "7 d" },
] as const;
type Span = (typeof spans)[number]["value"];

/** The last rule that could be tried, once typing has rested. */
function useSettled(rule: ThresholdRuleInput | undefined): ThresholdRuleInput | undefined {
  const text = rule && JSON.stringify({ ...rule, name: "draft", enabled: true, labels: {}, annotations: {} });
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    if (text === undefined) return;
    const timer = window.setTimeout(() => setSettled(text), settleMs);
    return () => window.clearTimeout(timer);
  }, [text]);
  return useMemo(() => settled && (JSON.parse(settled) as ThresholdRuleInput), [settled]) || undefined;
}

/** The rule's last valid draft against stored history; a fault in the matchers is handed up to its field. */
export function useBacktest(draft: ThresholdRuleInput | undefined) {
  const [from, setFrom] = useState<Span>("-24h");
  const rule = useSettled(draft);
  const tried = useQuery({
    queryKey: ["backtest", rule, from],
    queryFn: ({ signal }) =>
      api.post<BacktestResult>("/api/alert-rules/backtest", { rule, from, to: "now" }, signal),
    enabled: rule !== undefined,
    placeholderData: keepPreviousData,
    staleTime: 30_000,
    retry: false,
  });
  return { tried, rule, from, setFrom };
}

interface BacktestProps {
  backtest: ReturnType<typeof useBacktest>;
  /** The limits as typed, drawn before the next answer is there. */
  thresholds: readonly ChartThreshold[];
}

/** When this rule would have fired, drawn over the very series it would have looked at. */
export function Backtest({ backtest, thresholds }: BacktestProps) {
  const { tried, rule, from, setFrom } = backtest;
  return (
    <Panel
      title="Would have fired"
      aside={
        <span className="push">
          <Segmented<Span> label="Back-test over" value={from} options={spans} onValue={setFrom} />
        </span>
      }
    >
      {!rule ? (
        <p className="quiet small">
          Pick a metric and give a limit: this draws what the rule would have done.
        </p>
      ) : tried.isPending ? (
        <SkeletonBlock height={chartHeight + 90} />
      ) : tried.isError ? (
        <Failed error={tried.error} retry={() => tried.refetch()} />
      ) : (
        <Result
          result={tried.data}
          rule={rule}
          thresholds={thresholds}
          spanWord={spans.find((span) => span.value === from)?.label ?? ""}
        />
      )}
    </Panel>
  );
}

interface ResultProps {
  result: BacktestResult;
  rule: ThresholdRuleInput;
  thresholds: readonly ChartThreshold[];
  spanWord: string;
}

function Result({ result, rule, thresholds, spanWord }: ResultProps) {
  const metric = useMetricNames().data?.find((one) => one.name === rule.metric);
  const unit = unitOf(metric?.unit ?? null, rule.aggregate);
  const series = useMemo(() => {
    const all = result.series.groups.map((group) => group.labels);
    return result.series.groups.map(({ labels, values }) => ({
      key: JSON.stringify(labels),
      name: seriesName(labels, all),
      values,
    }));
  }, [result]);
  const fired = useMemo(
    () =>
      result.firings.map(({ startedMs, endedMs, severity }) => ({
        fromMs: startedMs,
        toMs: endedMs ?? result.toMs,
        severity,
      })),
    [result],
  );
  return (
    <>
      <p className="verdict" aria-live="polite">
        <strong>{verdict(result)}</strong>
        <span>{detail(result, spanWord)}</span>
      </p>
      {series.length === 0 ? (
        <p className="quiet small">There are no points to look at in this stretch of time.</p>
      ) : (
        <ExploredChart
          timesMs={result.series.timesMs}
          series={series}
          unit={unit}
          height={chartHeight}
          fromMs={drawnFrom(result.fromMs, result.toMs, result.series.timesMs, series)}
          toMs={result.toMs}
          thresholds={thresholds}
          spans={fired}
          label={`${rule.aggregate} of ${rule.metric} with the rule's limits. ${verdict(result)}`}
        />
      )}
      {result.firings.length > 0 && <Firings result={result} unit={unit} />}
    </>
  );
}

function verdict({ firings }: BacktestResult): string {
  if (firings.length === 0) return "Would not have fired";
  return firings.length === 1 ? "Would have fired once" : `Would have fired ${firings.length} times`;
}

function detail({ firings, totalFiringMs, firingsPerDay }: BacktestResult, spanWord: string): string {
  const span = `in the last ${spanWord}`;
  if (firings.length === 0) return `${span}. A limit nearer to what you see would.`;
  const kinds = severities
    .map((severity) => ({ severity, count: firings.filter((firing) => firing.severity === severity).length }))
    .filter(({ count }) => count > 0)
    .map(({ severity, count }) => `${count} ${severity}`)
    .join(", ");
  const perDay = firingsPerDay.toLocaleString("en", { maximumFractionDigits: 1 });
  return `${span}: ${kinds}; ${roughDuration(totalFiringMs)} in all, ${perDay} a day.`;
}

function Firings({ result, unit }: { result: BacktestResult; unit: string | null }) {
  return (
    <div className="firings">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Severity</th>
            <th scope="col">From</th>
            <th scope="col">For</th>
            <th scope="col" className="num">
              Peak
            </th>
            <th scope="col">Series</th>
          </tr>
        </thead>
        <tbody>
          {result.firings.map((firing) => (
            <tr key={`${firing.startedMs} ${JSON.stringify(firing.labels)}`}>
              <td>
                <SeverityMark severity={firing.severity} />
              </td>
              <td>
                <Time at={firing.startedMs} as="local" />
              </td>
              <td>
                {roughDuration((firing.endedMs ?? result.toMs) - firing.startedMs)}
                {firing.endedMs === null && " so far"}
              </td>
              <td className="num">
                <Value value={firing.peakValue} unit={unit} />
              </td>
              <td>
                <Labels labels={firing.labels} limit={3} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
