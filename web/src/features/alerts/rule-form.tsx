import type { ReactNode } from "react";
import type { Severity } from "../../../../events/alerts.ts";
import { SelectField, Switch, TextField } from "../../components/field.tsx";
import { Panel } from "../../components/panel.tsx";
import { aggregates, noDataPolicies, operators, severities } from "../../lib/contract.ts";
import { formatQuantity, unitName } from "../../lib/quantity.ts";
import { GroupByField } from "../metrics/group-by-field.tsx";
import { useFacets } from "../metrics/label-facets.ts";
import { MatcherField } from "../metrics/matcher-field.tsx";
import { defaultAggregate, unitOf, useMetricNames } from "../metrics/metric-names.ts";
import { PairsField } from "./pairs-field.tsx";
import { type Faults, type RuleDraft, suggestedName } from "./rule-draft.ts";
import "./rule-form.css";

const noDataWords = { ok: "count as normal", keep: "keep the state it had", alert: "fire" } as const;
const severityWords: Record<Severity, string> = { critical: "Critical", warning: "Warning", info: "Info" };

interface RuleFormProps {
  draft: RuleDraft;
  faults: Faults;
  onDraft(changes: Partial<RuleDraft>): void;
  foot: ReactNode;
}

/** Every field of a rule, the telling ones first. */
export function RuleForm({ draft, faults, onDraft, foot }: RuleFormProps) {
  const metrics = useMetricNames().data ?? [];
  const metric = metrics.find((one) => one.name === draft.metric);
  const facets = useFacets(metric?.name ?? "").data ?? [];
  const unit = unitOf(metric?.unit ?? null, draft.aggregate);
  const pickMetric = (name: string) => {
    const found = metrics.find((one) => one.name === name);
    onDraft({ metric: name, ...(found ? { aggregate: defaultAggregate(found) } : {}) });
  };
  return (
    <div className="rule-form">
      <Panel title="What to watch">
        <div className="form-grid">
          <TextField
            wide
            label="Metric"
            mono
            list="rule-metrics"
            autoComplete="off"
            placeholder="Type a part of its name"
            value={draft.metric}
            error={faults["metric"]}
            hint={
              metric &&
              `${metric.type.replace("_", " ")}, ${unitName(metric.unit) || "no unit"}, ${metric.seriesCount} series`
            }
            onValue={pickMetric}
          />
          <datalist id="rule-metrics">
            {metrics.map((one) => (
              <option key={one.name} value={one.name} />
            ))}
          </datalist>
          <div className="form-wide">
            <MatcherField
              match={draft.match}
              facets={facets}
              error={faults["match"]}
              settleMs={0}
              onMatch={(match) => onDraft({ match })}
            />
          </div>
          <SelectField
            label="Aggregate"
            value={draft.aggregate}
            options={aggregates.map((value) => ({ value, label: value }))}
            error={faults["aggregate"]}
            onValue={(aggregate) => onDraft({ aggregate })}
          />
          <TextField
            label="Over the last"
            value={draft.window}
            error={faults["windowMs"]}
            hint="The window, like 1m"
            onValue={(window) => onDraft({ window })}
          />
          <div className="form-wide">
            <GroupByField
              groupBy={draft.groupBy}
              facets={facets}
              words={{ none: "nothing: one alert", all: "every series" }}
              onGroupBy={(groupBy) => onDraft({ groupBy })}
            />
          </div>
        </div>
      </Panel>
      <Panel title="When to fire">
        <div className="stack">
          <div className="limits">
            <SelectField
              label="Value is"
              value={draft.operator}
              options={operators.map((value) => ({ value, label: value }))}
              onValue={(operator) => onDraft({ operator })}
            />
            {severities.map((severity) => (
              <TextField
                key={severity}
                label={severityWords[severity]}
                inputMode="decimal"
                placeholder="–"
                value={draft.thresholds[severity]}
                error={faults[`thresholds.${severity}`]}
                hint={preview(draft.thresholds[severity], unit)}
                onValue={(text) => onDraft({ thresholds: { ...draft.thresholds, [severity]: text } })}
              />
            ))}
          </div>
          {faults["thresholds"] && (
            <p className="field-error" role="alert">
              {faults["thresholds"]}
            </p>
          )}
          <div className="form-grid">
            <TextField
              label="For at least"
              value={draft.for}
              error={faults["forMs"]}
              hint="0s fires at once"
              onValue={(text) => onDraft({ for: text })}
            />
            <TextField
              label="Keep firing for"
              value={draft.keepFiringFor}
              error={faults["keepFiringForMs"]}
              hint="After it last held; calms flapping"
              onValue={(keepFiringFor) => onDraft({ keepFiringFor })}
            />
            <SelectField
              label="When data stops"
              value={draft.noData}
              options={noDataPolicies.map((value) => ({ value, label: noDataWords[value] }))}
              onValue={(noData) => onDraft({ noData })}
            />
            <TextField
              label="It has stopped after"
              value={draft.noDataAfter}
              error={faults["noDataAfterMs"]}
              hint="At least 1m"
              onValue={(noDataAfter) => onDraft({ noDataAfter })}
            />
          </div>
        </div>
      </Panel>
      <Panel title="What it is called">
        <div className="form-grid">
          <TextField
            wide
            label="Name"
            maxLength={200}
            placeholder={suggestedName(draft) || "High CPU"}
            value={draft.name}
            error={faults["name"]}
            hint="Heads the incident and the message. Left empty, it is what you see greyed."
            onValue={(name) => onDraft({ name })}
          />
          <PairsField
            label="Labels"
            hint="Added to each alert; they group incidents and pick notification routes."
            error={faults["labels"]}
            pairs={draft.labels}
            placeholders={["team", "payments"]}
            onPairs={(labels) => onDraft({ labels })}
          />
          <PairsField
            label="Annotations"
            hint="May hold {{ value }}, {{ threshold }}, {{ severity }} and {{ labels.host }}."
            error={faults["annotations"]}
            pairs={draft.annotations}
            placeholders={["summary", "CPU of {{ labels.host }} is at {{ value }}"]}
            onPairs={(annotations) => onDraft({ annotations })}
          />
          <div className="form-wide">
            <Switch
              label="Evaluate this rule"
              checked={draft.enabled}
              onChecked={(enabled) => onDraft({ enabled })}
            />
          </div>
        </div>
      </Panel>
      {foot}
    </div>
  );
}

/** How a typed limit reads in the metric's unit: 0.9 of a ratio is 90 %. */
function preview(text: string, unit: string | null): string | undefined {
  const value = Number(text.trim());
  if (text.trim() === "" || !Number.isFinite(value) || unit === null)
    return unit === null ? undefined : unitName(unit);
  return `= ${formatQuantity(value, unit)}`;
}
