import type { AnomalyDecision, AnomalyDecisionList } from "../../../../shared/anomalies/schemas.ts";
import { ToneMark } from "../../components/marks.tsx";
import { Panel } from "../../components/panel.tsx";
import { Await, LoadMore } from "../../components/states.tsx";
import { Time } from "../../components/time.tsx";
import { segment } from "../../lib/api.ts";
import { itemsOf, usePages } from "../../lib/pages.ts";
import "../alerts/rule-form.css";
import { decisionLooks } from "./words.ts";

/** Why it was told, why it did or did not page, and what people said; from the record alone. */
export function AnomalyDecisions({ anomalyId }: { anomalyId: string }) {
  const decisions = usePages<AnomalyDecisionList>(
    ["anomaly", "decisions", anomalyId],
    `/api/anomalies/${segment(anomalyId)}/decisions`,
    {},
    { refetchMs: 30_000 },
  );
  const items = itemsOf(decisions.data);
  return (
    <Panel title="Why" flush>
      <Await of={decisions}>
        {() => (
          <>
            <ol className="why">
              {items.map((decision) => (
                <Verdict key={decision.id} decision={decision} />
              ))}
              {items.length === 0 && <li className="why-item quiet">The record has aged away.</li>}
            </ol>
            <LoadMore list={decisions} />
          </>
        )}
      </Await>
    </Panel>
  );
}

function Verdict({ decision }: { decision: AnomalyDecision }) {
  const { score, threshold, inputs } = decision;
  const look = decisionLooks[decision.outcome];
  const facts = [
    score !== null && `score ${score.toFixed(1)}`,
    threshold !== null && `needs ${threshold.toFixed(1)}`,
    decision.mode === "shadow" ? "watching only" : "may page",
    inputs.metricClass,
    `detector ${inputs.detectorVersion}`,
    `by ${decision.actor}`,
  ].filter((fact) => fact !== false);
  return (
    <li className="why-item">
      <span className="quiet">
        <Time at={decision.at} as="local" />
      </span>
      <ToneMark tone={look.tone} filled={look.filled}>
        {look.word}
      </ToneMark>
      <p>{decision.reason}</p>
      <p className="why-facts">{facts.join(" · ")}</p>
    </li>
  );
}
