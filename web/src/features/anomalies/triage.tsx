import type { Anomaly } from "../../../../shared/anomalies/schemas.ts";
import { Panel } from "../../components/panel.tsx";
import { Time } from "../../components/time.tsx";
import { triageWords } from "./words.ts";

/** What a model makes of it, marked as the guess it is. */
export function TriagePanel({ triage }: { triage: NonNullable<Anomaly["triage"]> }) {
  const { text, kind, severity, agrees, model, at } = triage;
  return (
    <Panel title="A model's guess">
      <div className="guess">
        <p>{text}</p>
        <p className="quiet">
          {model} sees {triageWords[kind]}
          {agrees ? `, severity ${severity},` : ""} at <Time at={at} as="local" />.{" "}
          {!agrees && `The numbers see it otherwise: severity ${severity}. `}
          Score and paging are computed, never a model's.
        </p>
      </div>
    </Panel>
  );
}
