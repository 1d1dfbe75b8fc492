import { SelectField, TextField } from "../../components/field.tsx";
import { forecastAggregates, severities } from "../../lib/contract.ts";
import type { ForecastDraft } from "./forecast-draft.ts";
import { limitHint, severityWords } from "./limit-hint.ts";
import { AlertsByField, MatchField, MetricField } from "./metric-fields.tsx";
import type { SectionProps } from "./section.ts";

/** What is looked ahead from. */
export function ForecastWatch(props: SectionProps) {
  const { draft, faults, onDraft } = props;
  const { forecast } = draft;
  const set = (changes: Partial<ForecastDraft>) => onDraft({ forecast: { ...forecast, ...changes } });
  return (
    <div className="form-grid">
      <MetricField {...props} placeholder="Type a part of its name" />
      <MatchField {...props} />
      <SelectField
        label="Aggregate"
        value={forecast.aggregate}
        options={forecastAggregates.map((value) => ({ value, label: value }))}
        error={faults["aggregate"]}
        onValue={(aggregate) => set({ aggregate })}
      />
      <TextField
        label="Learnt from the last"
        value={forecast.history}
        error={faults["historyMs"]}
        hint="Two weeks show a weekly rhythm"
        onValue={(history) => set({ history })}
      />
      <AlertsByField {...props} />
    </div>
  );
}

/** The limit, and how long before it is reached that is to be told. */
export function ForecastFire({ draft, faults, unit, onDraft }: SectionProps) {
  const { forecast } = draft;
  const set = (changes: Partial<ForecastDraft>) => onDraft({ forecast: { ...forecast, ...changes } });
  return (
    <div className="stack">
      <div className="form-grid">
        <TextField
          label="Limit"
          inputMode="decimal"
          placeholder={unit === "1" ? "1" : "–"}
          value={forecast.limit}
          error={faults["limit"]}
          hint={limitHint(forecast.limit, unit) ?? "Reached from whichever side"}
          onValue={(limit) => set({ limit })}
        />
        <TextField
          label="Keep firing for"
          value={forecast.keepFiringFor}
          error={faults["keepFiringForMs"]}
          hint="After it was last foreseen"
          onValue={(keepFiringFor) => set({ keepFiringFor })}
        />
      </div>
      <fieldset className="withins">
        <legend className="field-label">When it will probably be reached within</legend>
        {severities.map((severity) => (
          <TextField
            key={severity}
            label={severityWords[severity]}
            placeholder="–"
            value={forecast.within[severity]}
            error={faults[`withinMs.${severity}`]}
            onValue={(text) => set({ within: { ...forecast.within, [severity]: text } })}
          />
        ))}
      </fieldset>
      {faults["withinMs"] ? (
        <p className="field-error" role="alert">
          {faults["withinMs"]}
        </p>
      ) : (
        <p className="field-hint">
          Between 1h and 30d; the graver, the shorter. It is judged every quarter of an hour.
        </p>
      )}
    </div>
  );
}
