import { Panel } from "../../components/panel.tsx";
import type { RuleType } from "./rule-draft.ts";

const choices: readonly { type: RuleType; word: string; example: string }[] = [
  { type: "threshold", word: "crosses a limit", example: "p95 above 800 ms for 3 minutes" },
  { type: "rate-of-change", word: "changes fast", example: "twice as many errors as 10 minutes ago" },
  { type: "anomaly", word: "is unlike itself", example: "no limit to set: its own past says what is odd" },
  { type: "forecast", word: "is heading for a limit", example: "the disk will be full within 3 days" },
];

/** What makes a rule fire, each way with an example. */
export function RuleTypeField({ type, onType }: { type: RuleType; onType(type: RuleType): void }) {
  return (
    <Panel title="Tell me when something …">
      <fieldset className="rule-types">
        <legend className="sr-only">Tell me when something</legend>
        {choices.map((choice) => (
          <label key={choice.type} className="rule-type">
            <input
              type="radio"
              name="rule-type"
              checked={choice.type === type}
              onChange={() => onType(choice.type)}
            />
            <b>{choice.word}</b>
            <span>{choice.example}</span>
          </label>
        ))}
      </fieldset>
    </Panel>
  );
}
