import { useState } from "react";
import type { Answer } from "../../../../shared/analysis/schemas.ts";
import { Button } from "../../components/button.tsx";
import { Panel } from "../../components/panel.tsx";
import { Trouble } from "../../components/states.tsx";
import { Cited } from "./cited.tsx";
import { EvidenceList } from "./evidence-list.tsx";
import type { AnalysisActions } from "./use-analysis.ts";

/** A question in plain words, answered from the incident's own evidence or not at all. */
export function Ask({ actions }: { actions: AnalysisActions }) {
  const [question, setQuestion] = useState("");
  const { ask } = actions;
  return (
    <Panel title="Ask about it">
      <form
        className="ask"
        onSubmit={(event) => {
          event.preventDefault();
          ask.mutate({ question: question.trim() });
        }}
      >
        <input
          className="input"
          aria-label="Question"
          placeholder="What was deployed before it began?"
          value={question}
          minLength={3}
          maxLength={1_000}
          required
          onChange={(event) => setQuestion(event.target.value)}
        />
        <Button type="submit" busy={ask.isPending}>
          Ask
        </Button>
      </form>
      <div aria-live="polite">
        <Trouble error={ask.error} />
        {ask.data && <Answered answer={ask.data} />}
      </div>
    </Panel>
  );
}

function Answered({ answer }: { answer: Answer }) {
  if (answer.nothingFound !== null) return <p className="quiet">{answer.nothingFound}</p>;
  return (
    <div className="answer">
      {answer.claims.map((claim) => (
        <p key={claim.text}>
          <Cited claim={claim} evidence={answer.evidence} />
        </p>
      ))}
      <EvidenceList pieces={answer.evidence} label="Evidence cited" />
      <p className="quiet small">
        {answer.origin === "model" ? "Worded by a model" : "Picked out by rules, no model"}
        {answer.struckClaims > 0 && `; ${answer.struckClaims} without evidence struck out`}.
      </p>
    </div>
  );
}
