import { useMemo, useState } from "react";
import type { AiUsage } from "../../../../shared/models/schemas.ts";
import { ExploredChart } from "../../components/explored-chart.tsx";
import { Segmented } from "../../components/field.tsx";
import { Stat, Stats } from "../../components/stats.tsx";
import { formatQuantity } from "../../lib/quantity.ts";
import { dollars, share } from "./ai-words.ts";

type Day = AiUsage["byDay"][number];
type Measure = "cost" | "tokens" | "calls" | "latency";
interface Lines {
  unit: string | null;
  says: string;
  of: readonly { name: string; value(day: Day): number | null }[];
}

const measures: Record<Measure, Lines> = {
  cost: { unit: "US$", says: "Dollars a day", of: [{ name: "dollars", value: ({ costUsd }) => costUsd }] },
  tokens: {
    unit: "{token}",
    says: "Tokens a day",
    of: [
      { name: "read", value: ({ inputTokens }) => inputTokens },
      { name: "written", value: ({ outputTokens }) => outputTokens },
    ],
  },
  calls: {
    unit: "{call}",
    says: "Calls a day",
    of: [
      { name: "all calls", value: ({ calls }) => calls },
      { name: "answered from the cache", value: ({ cached }) => cached },
    ],
  },
  latency: {
    unit: "ms",
    says: "Mean time of an answer, day by day",
    of: [
      // A day without a call has no latency.
      { name: "mean", value: ({ calls, averageLatencyMs }) => (calls === 0 ? null : averageLatencyMs) },
    ],
  },
};
const measureOptions = [
  { value: "cost", label: "Dollars" },
  { value: "tokens", label: "Tokens" },
  { value: "calls", label: "Calls" },
  { value: "latency", label: "Latency" },
] as const;

/** The span as a whole, and how it came about day by day. */
export function AiDays({ usage: { byDay, total, pricesAsOf } }: { usage: AiUsage }) {
  const [measure, setMeasure] = useState<Measure>("cost");
  const { unit, says, of } = measures[measure];
  const timesMs = useMemo(() => byDay.map(({ day }) => Date.parse(`${day}T00:00:00Z`)), [byDay]);
  const series = useMemo(
    () => of.map(({ name, value }) => ({ key: `${measure} ${name}`, name, values: byDay.map(value) })),
    [byDay, of, measure],
  );
  return (
    <div className="stack">
      <Stats>
        <Stat name="Dollars" value={dollars(total.costUsd)} />
        <Stat
          name="Tokens"
          value={formatQuantity(total.inputTokens + total.outputTokens, null)}
          note={`${formatQuantity(total.outputTokens, null)} written`}
        />
        <Stat
          name="Calls"
          value={total.calls.toLocaleString("en")}
          note={`${share(total.cached, total.calls)} from the cache`}
        />
        <Stat
          name="An answer takes"
          value={total.calls === 0 ? "–" : formatQuantity(total.averageLatencyMs, "ms")}
          note="on average"
        />
      </Stats>
      <div>
        <Segmented<Measure> label="Shown" value={measure} options={measureOptions} onValue={setMeasure} />
      </div>
      <ExploredChart
        timesMs={timesMs}
        series={series}
        unit={unit}
        height={220}
        label={`${says}; the table below has the values`}
      />
      <p className="quiet small">
        Days are UTC. Prices as of {pricesAsOf}; calls to models whose price is not known add no dollars.
      </p>
    </div>
  );
}
