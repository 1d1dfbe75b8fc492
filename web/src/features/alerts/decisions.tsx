import type { AlertDecision, AlertDecisionList } from "../../../../shared/alerts/schemas.ts";
import { type Tone, ToneMark } from "../../components/marks.tsx";
import { Panel } from "../../components/panel.tsx";
import { Await, LoadMore } from "../../components/states.tsx";
import { Time } from "../../components/time.tsx";
import { itemsOf, usePages } from "../../lib/pages.ts";
import { localClock } from "../../lib/time-text.ts";
import "./rule-form.css";

const looks: Record<AlertDecision["outcome"], { word: string; tone: Tone; filled: number }> = {
  fired: { word: "Fired", tone: "critical", filled: 1 },
  resolved: { word: "Resolved", tone: "good", filled: 0 },
  pending: { word: "Pending", tone: "warning", filled: 0.5 },
  "pending-dropped": { word: "Dropped", tone: "calm", filled: 0 },
  "severity-changed": { word: "Severity", tone: "accent", filled: 0.75 },
  kept: { word: "Kept", tone: "info", filled: 0.5 },
  "no-data": { word: "No data", tone: "warning", filled: 0 },
  suppressed: { word: "Held back", tone: "calm", filled: 0.5 },
  evaluated: { word: "Evaluated", tone: "calm", filled: 0 },
};

/** Why it did, or did not: each verdict with what it was reached from. */
export function Decisions({ of, title }: { of: string; title: string }) {
  const decisions = usePages<AlertDecisionList>(["alert", "decisions", of], of, {}, { refetchMs: 15_000 });
  const items = itemsOf(decisions.data);
  return (
    <Panel title={title} flush>
      <Await of={decisions}>
        {() => (
          <>
            <ol className="why">
              {items.map((decision) => (
                <Verdict key={decision.id} decision={decision} />
              ))}
              {items.length === 0 && (
                <li className="why-item quiet">No verdict yet; the first comes with the next point.</li>
              )}
            </ol>
            <LoadMore list={decisions} />
          </>
        )}
      </Await>
    </Panel>
  );
}

function Verdict({ decision }: { decision: AlertDecision }) {
  const look = looks[decision.outcome];
  const { inputs } = decision;
  const points = inputs.pointCount === 1 ? "1 point" : `${inputs.pointCount} points`;
  const series = inputs.seriesCount === 1 ? "1 series" : `${inputs.seriesCount} series`;
  return (
    <li className="why-item">
      <span className="quiet">
        <Time at={decision.at} as="local" />
      </span>
      <ToneMark tone={look.tone} filled={look.filled}>
        {look.word}
      </ToneMark>
      <p>{decision.reason}</p>
      <p className="why-facts">
        {points} of {series}, {localClock(inputs.windowFromMs)}–{localClock(inputs.windowToMs)}, rule version{" "}
        {decision.ruleVersion}
      </p>
    </li>
  );
}
