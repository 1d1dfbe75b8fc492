import { useMemo } from "react";
import type { Severity } from "../../../../events/alerts.ts";
import type { AlertRule } from "../../../../shared/alerts/schemas.ts";
import { Chart } from "../../components/charted.tsx";
import { SkeletonBlock } from "../../components/states.tsx";
import { useNow } from "../../lib/clock.ts";
import { severities } from "../../lib/contract.ts";
import { seriesName } from "../../lib/labels.ts";
import { drawnFrom } from "../../lib/time-range.ts";
import { unitOf } from "../metrics/metric-names.ts";
import { useSeries } from "../metrics/use-series.ts";
import { drawnAggregate, useRule } from "./rules.ts";

const aroundMs = 30 * 60_000;
const minuteMs = 60_000;

interface AlertChartProps {
  ruleId: string;
  labels: Readonly<Record<string, string>>;
  severity: Severity;
  startedAt: string | null;
  resolvedAt: string | null;
  height: number;
}

/** What the rule saw: its series around the time the alert started, with the rule's limits. */
export function AlertChart(props: AlertChartProps) {
  const rule = useRule(props.ruleId);
  if (rule.isPending) return <SkeletonBlock height={props.height} />;
  if (rule.isError) return <p className="quiet small">The rule is gone, so its chart cannot be drawn.</p>;
  return <Drawn rule={rule.data} {...props} />;
}

function Drawn({
  rule,
  labels,
  severity,
  startedAt,
  resolvedAt,
  height,
}: AlertChartProps & { rule: AlertRule }) {
  const now = useNow();
  const startedMs = startedAt ? Date.parse(startedAt) : now;
  const endMs = resolvedAt ? Date.parse(resolvedAt) : now;
  const fromMs = startedMs - aroundMs;
  const toMs = Math.ceil(Math.min(now, endMs + aroundMs) / minuteMs) * minuteMs;
  const asked = useSeries({
    name: labels["metric"] !== undefined && rule.type === "anomaly" ? labels["metric"] : rule.metric,
    match: rule.match,
    aggregate: drawnAggregate(rule),
    groupBy: rule.groupBy.join(","),
    from: String(fromMs),
    to: String(toMs),
  });
  const series = useMemo(() => {
    const all = asked.data?.groups ?? [];
    const own = all.filter((group) =>
      Object.entries(group.labels).every(([name, value]) => labels[name] === value),
    );
    const shown = own.length > 0 ? own : all;
    const names = shown.map((group) => group.labels);
    return shown.map((group) => ({
      key: JSON.stringify(group.labels),
      name: seriesName(group.labels, names),
      values: group.values,
    }));
  }, [asked.data, labels]);
  const thresholds = useMemo(
    () =>
      rule.type === "forecast"
        ? [{ severity, value: rule.limit, name: "limit" }]
        : severities.flatMap((one) => {
            const value = rule.type === "threshold" ? rule.thresholds[one] : undefined;
            return value === undefined ? [] : [{ severity: one, value }];
          }),
    [rule, severity],
  );
  const fired = useMemo(
    () => (startedAt ? [{ fromMs: startedMs, toMs: endMs, severity }] : []),
    [startedAt, startedMs, endMs, severity],
  );
  if (asked.isPending) return <SkeletonBlock height={height} />;
  if (asked.isError) return <p className="quiet small">{asked.error.message}</p>;
  if (series.length === 0)
    return <p className="quiet small">The points of that time are no longer stored.</p>;
  return (
    <Chart
      timesMs={asked.data.timesMs}
      series={series}
      unit={unitOf(asked.data.unit, drawnAggregate(rule))}
      height={height}
      fromMs={drawnFrom(fromMs, toMs, asked.data.timesMs, series)}
      toMs={toMs}
      thresholds={thresholds}
      spans={fired}
      label={`${drawnAggregate(rule)} of ${rule.metric} around the start of the alert`}
    />
  );
}
