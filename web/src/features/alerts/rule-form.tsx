import type { ReactNode } from "react";
import { Switch, TextField } from "../../components/field.tsx";
import { Panel } from "../../components/panel.tsx";
import { useFacets } from "../metrics/label-facets.ts";
import { unitOf, useMetricNames } from "../metrics/metric-names.ts";
import { ProjectField } from "../settings/project-field.tsx";
import { AnomalyFire, AnomalyWatch } from "./anomaly-fields.tsx";
import { ForecastFire, ForecastWatch } from "./forecast-fields.tsx";
import { MeasuredFire, MeasuredWatch } from "./measured-fields.tsx";
import { PairsField } from "./pairs-field.tsx";
import { type RuleDraft, type RuleType, suggestedName } from "./rule-draft.ts";
import "./rule-form.css";
import { RuleTypeField } from "./rule-type-field.tsx";
import type { SectionProps } from "./section.ts";
import type { Faults } from "./typed-text.ts";

const sections: Record<
  RuleType,
  { Watch(props: SectionProps): ReactNode; Fire(props: SectionProps): ReactNode }
> = {
  threshold: { Watch: MeasuredWatch, Fire: MeasuredFire },
  "rate-of-change": { Watch: MeasuredWatch, Fire: MeasuredFire },
  anomaly: { Watch: AnomalyWatch, Fire: AnomalyFire },
  forecast: { Watch: ForecastWatch, Fire: ForecastFire },
};

interface RuleFormProps {
  draft: RuleDraft;
  faults: Faults;
  onDraft(changes: Partial<RuleDraft>): void;
  foot: ReactNode;
}

/** Every field of a rule, the telling ones first. */
export function RuleForm({ draft, faults, onDraft, foot }: RuleFormProps) {
  const metric = useMetricNames().data?.find(({ name }) => name === draft.metric);
  const facets = useFacets(metric?.name ?? "").data ?? [];
  const props = { draft, faults, facets, onDraft, unit: limitUnitOf(draft, metric?.unit ?? null) };
  const { Watch, Fire } = sections[draft.type];
  return (
    <div className="rule-form">
      <RuleTypeField type={draft.type} onType={(type) => onDraft({ type })} />
      <Panel title="What to watch">
        <div className="stack">
          <ProjectField
            project={draft.project}
            hint="The rule looks at the series of this project alone."
            error={faults["project"]}
            onProject={(project) => onDraft({ project })}
          />
          <Watch {...props} />
        </div>
      </Panel>
      <Panel title="When to fire">
        <Fire {...props} />
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

/** In which unit the limits of a rule are. */
function limitUnitOf({ type, measured, change, forecast }: RuleDraft, unit: string | null): string | null {
  if (type === "rate-of-change" && change.change === "percent") return "%";
  return unitOf(unit, type === "forecast" ? forecast.aggregate : measured.aggregate);
}
