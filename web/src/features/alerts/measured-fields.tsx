import { SelectField, TextField } from "../../components/field.tsx";
import { aggregates, noDataPolicies, operators, severities } from "../../lib/contract.ts";
import { limitHint, severityWords } from "./limit-hint.ts";
import type { ChangeDraft, MeasuredDraft } from "./measured-draft.ts";
import { AlertsByField, MatchField, MetricField } from "./metric-fields.tsx";
import type { SectionProps } from "./section.ts";

const noDataWords = { ok: "count as normal", keep: "keep the state it had", alert: "fire" } as const;
const changeOptions = [
  { value: "percent", label: "in percent of what it was" },
  { value: "absolute", label: "as a difference" },
] as const;

/** What is measured, and for changes against when. */
export function MeasuredWatch(props: SectionProps) {
  const { draft, faults, onDraft } = props;
  const { type, measured, change } = draft;
  const setMeasured = (changes: Partial<MeasuredDraft>) => onDraft({ measured: { ...measured, ...changes } });
  const setChange = (changes: Partial<ChangeDraft>) => onDraft({ change: { ...change, ...changes } });
  return (
    <div className="form-grid">
      <MetricField {...props} placeholder="Type a part of its name" />
      <MatchField {...props} />
      <SelectField
        label="Aggregate"
        value={measured.aggregate}
        options={aggregates.map((value) => ({ value, label: value }))}
        error={faults["aggregate"]}
        onValue={(aggregate) => setMeasured({ aggregate })}
      />
      <TextField
        label="Over the last"
        value={measured.window}
        error={faults["windowMs"]}
        hint="The window, like 1m"
        onValue={(window) => setMeasured({ window })}
      />
      {type === "rate-of-change" && (
        <>
          <TextField
            label="Compared with the window before"
            value={change.over}
            error={faults["overMs"]}
            hint="How long before, like 10m"
            onValue={(over) => setChange({ over })}
          />
          <SelectField
            label="Change is measured"
            value={change.change}
            options={changeOptions}
            onValue={(value) => setChange({ change: value })}
          />
        </>
      )}
      <AlertsByField {...props} />
    </div>
  );
}

/** The limits, and how long they have to be crossed. */
export function MeasuredFire({ draft, faults, unit, onDraft }: SectionProps) {
  const { type, measured } = draft;
  const isChange = type === "rate-of-change";
  const set = (changes: Partial<MeasuredDraft>) => onDraft({ measured: { ...measured, ...changes } });
  return (
    <div className="stack">
      <div className="limits">
        <SelectField
          label={isChange ? "Change is" : "Value is"}
          value={measured.operator}
          options={operators.map((value) => ({ value, label: value }))}
          onValue={(operator) => set({ operator })}
        />
        {severities.map((severity) => (
          <TextField
            key={severity}
            label={severityWords[severity]}
            inputMode="decimal"
            placeholder="–"
            value={measured.thresholds[severity]}
            error={faults[`thresholds.${severity}`]}
            hint={limitHint(measured.thresholds[severity], unit)}
            onValue={(text) => set({ thresholds: { ...measured.thresholds, [severity]: text } })}
          />
        ))}
      </div>
      {faults["thresholds"] && (
        <p className="field-error" role="alert">
          {faults["thresholds"]}
        </p>
      )}
      {isChange && (
        <p className="field-hint">
          A rise is above zero, a fall below: <code>&gt; 100</code> percent is more than double,{" "}
          <code>&lt; −50</code> less than half.
        </p>
      )}
      <div className="form-grid">
        <TextField
          label="For at least"
          value={measured.for}
          error={faults["forMs"]}
          hint="0s fires at once"
          onValue={(text) => set({ for: text })}
        />
        <TextField
          label="Keep firing for"
          value={measured.keepFiringFor}
          error={faults["keepFiringForMs"]}
          hint="After it last held; calms flapping"
          onValue={(keepFiringFor) => set({ keepFiringFor })}
        />
        <SelectField
          label="When data stops"
          value={measured.noData}
          options={noDataPolicies.map((value) => ({ value, label: noDataWords[value] }))}
          onValue={(noData) => set({ noData })}
        />
        <TextField
          label="It has stopped after"
          value={measured.noDataAfter}
          error={faults["noDataAfterMs"]}
          hint="At least 1m"
          onValue={(noDataAfter) => set({ noDataAfter })}
        />
      </div>
    </div>
  );
}
