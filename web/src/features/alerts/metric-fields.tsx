import type { MetricInfo } from "../../../../shared/metrics/schemas.ts";
import { TextField } from "../../components/field.tsx";
import { unitName } from "../../lib/quantity.ts";
import { GroupByField } from "../metrics/group-by-field.tsx";
import { MatcherField } from "../metrics/matcher-field.tsx";
import { defaultAggregate, forecastAggregateOf, useMetricNames } from "../metrics/metric-names.ts";
import type { RuleDraft } from "./rule-draft.ts";
import type { SectionProps } from "./section.ts";

/** The metric by name, from those that exist. */
export function MetricField({ draft, faults, onDraft, placeholder }: SectionProps & { placeholder: string }) {
  const metrics = useMetricNames().data ?? [];
  const metric = metrics.find(({ name }) => name === draft.metric);
  const pick = (name: string) => {
    const found = metrics.find((one) => one.name === name);
    onDraft({ metric: name, ...(found ? aggregatesFor(draft, found) : {}) });
  };
  return (
    <>
      <TextField
        wide
        label="Metric"
        mono
        list="rule-metrics"
        autoComplete="off"
        placeholder={placeholder}
        value={draft.metric}
        error={faults["metric"]}
        hint={
          metric &&
          `${metric.type.replace("_", " ")}, ${unitName(metric.unit) || "no unit"}, ${metric.seriesCount} series`
        }
        onValue={pick}
      />
      <datalist id="rule-metrics">
        {metrics.map(({ name }) => (
          <option key={name} value={name} />
        ))}
      </datalist>
    </>
  );
}

/** A metric brings the aggregate one mostly wants to see of it. */
function aggregatesFor(
  { measured, forecast }: RuleDraft,
  metric: MetricInfo,
): Pick<RuleDraft, "measured" | "forecast"> {
  const aggregate = defaultAggregate(metric);
  return {
    measured: { ...measured, aggregate },
    forecast: { ...forecast, aggregate: forecastAggregateOf(aggregate) },
  };
}

/** Which of the metric's series are looked at. */
export function MatchField({ draft, faults, facets, onDraft }: SectionProps) {
  return (
    <div className="form-wide">
      <MatcherField
        match={draft.match}
        facets={facets}
        error={faults["match"]}
        settleMs={0}
        onMatch={(match) => onDraft({ match })}
      />
    </div>
  );
}

/** Which of them share an alert. */
export function AlertsByField({ draft, facets, onDraft }: SectionProps) {
  return (
    <div className="form-wide">
      <GroupByField
        groupBy={draft.groupBy}
        facets={facets}
        words={{ none: "nothing: one alert", all: "every series" }}
        onGroupBy={(groupBy) => onDraft({ groupBy })}
      />
    </div>
  );
}
