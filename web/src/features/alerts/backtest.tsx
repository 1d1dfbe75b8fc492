import { useMemo } from "react";
import { Link } from "react-router";
import type { AlertRuleInput, BacktestResult } from "../../../../shared/alerts/schemas.ts";
import type { ChartThreshold } from "../../components/chart-model.ts";
import { ExploredChart } from "../../components/explored-chart.tsx";
import { Segmented } from "../../components/field.tsx";
import { Panel } from "../../components/panel.tsx";
import { Failed, SkeletonBlock } from "../../components/states.tsx";
import { seriesName } from "../../lib/labels.ts";
import { drawnFrom } from "../../lib/time-range.ts";
import { useMetricNames } from "../metrics/metric-names.ts";
import { detailOf, drawingOf, lookOf, unitsOf, verdictOf } from "./backtest-look.ts";
import { Firings } from "./firings.tsx";
import type { RuleType } from "./rule-draft.ts";
import type { useBacktest } from "./use-backtest.ts";

const chartHeight = 300;

interface BacktestProps {
  type: RuleType;
  backtest: ReturnType<typeof useBacktest>;
  /** As typed, drawn before the next answer is there. */
  limits: readonly ChartThreshold[];
}

/** When this rule would have fired, drawn over the very series it would have looked at. */
export function Backtest({ type, backtest, limits }: BacktestProps) {
  const { tried, rule, hasHistory, from, setFrom } = backtest;
  const { spans, wants } = lookOf(type);
  return (
    <Panel
      title="Would have fired"
      aside={
        <span className="push">
          <Segmented label="Back-test over" value={from} options={spans} onValue={setFrom} />
        </span>
      }
    >
      {!rule ? (
        <p className="quiet small">{wants}</p>
      ) : !hasHistory ? (
        <p className="quiet small">
          There is no one history to try this on. Name a single metric to see when it would have fired, or
          look at <Link to="/anomalies?state=all">what was unusual so far</Link>.
        </p>
      ) : tried.isPending ? (
        <SkeletonBlock height={chartHeight + 90} />
      ) : tried.isError ? (
        <Failed error={tried.error} retry={() => tried.refetch()} />
      ) : (
        <Result
          result={tried.data}
          rule={rule}
          limits={limits}
          spanWord={spans.find((span) => span.value === from)?.label ?? ""}
        />
      )}
    </Panel>
  );
}

interface ResultProps {
  result: BacktestResult;
  rule: AlertRuleInput;
  limits: readonly ChartThreshold[];
  spanWord: string;
}

function Result({ result, rule, limits, spanWord }: ResultProps) {
  const metric = useMetricNames().data?.find((one) => one.name === rule.metric);
  const units = unitsOf(rule, metric);
  const { sooner, peak } = lookOf(rule.type);
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
        <strong>{verdictOf(result)}</strong>
        <span>{detailOf(result, { spanWord, sooner })}</span>
      </p>
      {series.length === 0 ? (
        <p className="quiet small">There are no points to look at in this stretch of time.</p>
      ) : (
        <ExploredChart
          timesMs={result.series.timesMs}
          series={series}
          unit={units.drawn}
          height={chartHeight}
          fromMs={drawnFrom(result.fromMs, result.toMs, result.series.timesMs, series)}
          toMs={result.toMs}
          thresholds={limits}
          spans={fired}
          label={`${drawingOf(rule)}. ${verdictOf(result)}`}
        />
      )}
      {result.firings.length > 0 && <Firings result={result} peak={peak} unit={units.peak} />}
    </>
  );
}
