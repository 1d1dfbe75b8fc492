import type { Anomaly } from "../../../../shared/anomalies/schemas.ts";
import { Panel } from "../../components/panel.tsx";
import { Time } from "../../components/time.tsx";
import { triageWords } from "./words.ts";

/** What a model makes of it, marked as the guess it is. */
export function TriagePanel({ triage }: { triage: NonNullable<Anomaly["triage"]> }) {
  const { text, kind, severity, agrees, model, at } = triage;
  return (
    <Panel title="A model's guess">
      <p>{text}</p>
      <p className="quiet small">
        {model} sees {triageWords[kind]} at <Time at={at} as="local" />.{" "}
        {agrees
          ? `It holds that for ${severityWords[severity]}.`
          : `It sees this otherwise than the numbers do, which hold it for ${severityWords[severity]}.`}{" "}
        Score and paging are computed, never a model's.
      </p>
    </Panel>
  );
}

const severityWords = { info: "slight", warning: "a warning", critical: "critical" } as const;
