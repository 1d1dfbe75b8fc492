import { useMemo } from "react";
import type { Anomaly } from "../../../../shared/anomalies/schemas.ts";
import { Chart } from "../../components/charted.tsx";
import { Empty, Failed, SkeletonBlock } from "../../components/states.tsx";
import { useNow } from "../../lib/clock.ts";
import { knownUnit } from "../../lib/known-units.ts";
import { unitOf } from "../metrics/metric-names.ts";
import { spansOf, useBands } from "./use-bands.ts";

const aroundMs = 60 * 60_000;
const minuteMs = 60_000;
const height = 300;

/** The one series around the time it was unusual: what it did, what was expected, and the band of ordinary values. */
export function AnomalyChart({ anomaly, metric }: { anomaly: Anomaly; metric: string }) {
  const now = useNow();
  const startMs = Date.parse(anomaly.startedAt);
  const endMs = anomaly.endedAt === null ? now : Date.parse(anomaly.endedAt);
  const fromMs = startMs - Math.max(aroundMs, endMs - startMs);
  const toMs = Math.ceil(Math.min(now, endMs + aroundMs) / minuteMs) * minuteMs;
  const asked = useBands(
    { name: metric, match: matchOf(anomaly.labels), from: String(fromMs), to: String(toMs) },
    { live: anomaly.state === "open" },
  );
  const own = asked.data?.series.find(({ seriesId }) => seriesId === anomaly.seriesId);
  const series = useMemo(
    () => (own ? [{ key: own.seriesId, name: metric, values: own.values }] : []),
    [own, metric],
  );
  const spans = useMemo(() => spansOf([anomaly], now), [anomaly, now]);
  const moments = useMemo(() => [{ atMs: startMs, name: "began" }], [startMs]);
  if (asked.isPending) return <SkeletonBlock height={height} />;
  if (asked.isError) return <Failed error={asked.error} retry={() => asked.refetch()} />;
  if (!own) {
    return (
      <Empty title="Nothing to draw">
        <p>The points of that time are no longer stored.</p>
      </Empty>
    );
  }
  return (
    <>
      <Chart
        timesMs={asked.data.timesMs}
        series={series}
        band={{ timesMs: asked.data.timesMs, expected: own.expected, low: own.low, high: own.high }}
        unit={unitOf(knownUnit(metric, own.unit), own.signal === "rate" ? "rate" : "avg")}
        height={height}
        fromMs={fromMs}
        toMs={toMs}
        spans={spans}
        moments={moments}
        label={`${metric} around the time it was unusual, with the band of ordinary values`}
      />
      <p className="quiet small">
        The shaded band holds ordinary values; the dotted line is what was expected.
      </p>
    </>
  );
}

function matchOf(labels: Readonly<Record<string, string>>): string {
  const parts = Object.entries(labels).map(([name, value]) => `${name}=${JSON.stringify(value)}`);
  return `{${parts.join(",")}}`;
}
