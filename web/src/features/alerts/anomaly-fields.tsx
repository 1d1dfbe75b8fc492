import { Link } from "react-router";
import { Segmented, SelectField } from "../../components/field.tsx";
import { sensitivities, severities } from "../../lib/contract.ts";
import { sensitivityWords } from "../anomalies/words.ts";
import type { AnomalyDraft } from "./anomaly-draft.ts";
import { severityWords } from "./limit-hint.ts";
import { MatchField, MetricField } from "./metric-fields.tsx";
import type { SectionProps } from "./section.ts";

const watchOptions = [
  { value: "series", label: "Metrics, each by itself" },
  { value: "services", label: "Services as a whole" },
] as const;

/** Whose anomalies. */
export function AnomalyWatch(props: SectionProps) {
  const { anomaly } = props.draft;
  return (
    <div className="form-grid">
      <div className="form-wide">
        <Segmented
          label="Whose anomalies"
          value={anomaly.watch}
          options={watchOptions}
          onValue={(watch) => props.onDraft({ anomaly: { ...anomaly, watch } })}
        />
      </div>
      {anomaly.watch === "series" && <MetricField {...props} placeholder="Left empty: every metric" />}
      <MatchField {...props} />
    </div>
  );
}

/** How unusual it has to be, and how grave that is. */
export function AnomalyFire({ draft, onDraft }: SectionProps) {
  const { anomaly } = draft;
  const set = (changes: Partial<AnomalyDraft>) => onDraft({ anomaly: { ...anomaly, ...changes } });
  return (
    <div className="stack">
      <div className="form-grid">
        <SelectField
          label="Which anomalies"
          value={anomaly.sensitivity}
          options={sensitivities.map((value) => ({ value, label: sensitivityWords[value] }))}
          onValue={(sensitivity) => set({ sensitivity })}
        />
        <SelectField
          label="Severity"
          value={anomaly.severity}
          options={severities.map((value) => ({ value, label: severityWords[value] }))}
          onValue={(severity) => set({ severity })}
        />
      </div>
      <p className="field-hint">
        One alert for each anomaly, as long as it lasts. It fires for the classes of metrics whose{" "}
        <Link to="/anomalies/detectors">detector</Link> has proved itself; what is held back stands in the
        rule's decisions with the reason.
      </p>
    </div>
  );
}
