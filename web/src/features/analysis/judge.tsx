import { useState } from "react";
import type { FeedbackInput, Hypothesis } from "../../../../shared/analysis/schemas.ts";
import { Button } from "../../components/button.tsx";
import { TextField } from "../../components/field.tsx";
import { Trouble } from "../../components/states.tsx";
import { Time } from "../../components/time.tsx";
import type { AnalysisActions } from "./use-analysis.ts";

interface JudgeProps {
  analysisId: string;
  hypothesis: Hypothesis;
  actions: AnalysisActions;
  may: boolean;
}

const verdictWords = {
  accepted: "says this is it",
  rejected: "says this is not it",
  corrected: "corrected it",
};

/** A person's verdict. It counts in this score and in those of incidents like this one. */
export function Judge({ analysisId, hypothesis, actions, may }: JudgeProps) {
  const [isCorrecting, setCorrecting] = useState(false);
  const { feedback } = hypothesis;
  const say = (input: Omit<FeedbackInput, "hypothesisId">) =>
    actions.judge.mutate(
      { analysisId, hypothesisId: hypothesis.id, ...input },
      { onSuccess: () => setCorrecting(false) },
    );
  return (
    <div className="judge">
      {feedback && (
        <p className="small">
          <b>{feedback.actor.name ?? feedback.actor.id}</b> {verdictWords[feedback.verdict]}
          {feedback.cause && (
            <>
              {" "}
              to <b>{feedback.cause.service}</b>
              {feedback.cause.metric && ` (${feedback.cause.metric})`}
            </>
          )}{" "}
          <span className="quiet">
            <Time at={feedback.at} />
          </span>
          {feedback.note && <span className="judge-note">{feedback.note}</span>}
        </p>
      )}
      {may && !isCorrecting && (
        <div className="row wrap">
          <Button
            size="small"
            icon="check"
            busy={actions.judge.isPending}
            onClick={() => say({ verdict: "accepted" })}
          >
            This is it
          </Button>
          <Button
            size="small"
            icon="close"
            busy={actions.judge.isPending}
            onClick={() => say({ verdict: "rejected" })}
          >
            Not this
          </Button>
          <Button size="small" look="ghost" icon="edit" onClick={() => setCorrecting(true)}>
            It was something else
          </Button>
        </div>
      )}
      {isCorrecting && (
        <Correction busy={actions.judge.isPending} onSay={say} onClose={() => setCorrecting(false)} />
      )}
      <Trouble error={actions.judge.error} />
    </div>
  );
}

function Correction(props: {
  busy: boolean;
  onSay(input: Omit<FeedbackInput, "hypothesisId">): void;
  onClose(): void;
}) {
  const [service, setService] = useState("");
  const [metric, setMetric] = useState("");
  const [note, setNote] = useState("");
  return (
    <form
      className="form-grid"
      onSubmit={(event) => {
        event.preventDefault();
        props.onSay({
          verdict: "corrected",
          cause: { service: service.trim(), ...(metric.trim() === "" ? {} : { metric: metric.trim() }) },
          ...(note.trim() === "" ? {} : { note: note.trim() }),
        });
      }}
    >
      <TextField
        label="Service that broke"
        value={service}
        onValue={setService}
        required
        autoFocus
        maxLength={200}
      />
      <TextField label="Metric that shows it" value={metric} onValue={setMetric} maxLength={255} mono />
      <TextField label="Note" value={note} onValue={setNote} wide maxLength={2_000} />
      <div className="row wrap form-wide">
        <Button size="small" look="primary" type="submit" busy={props.busy}>
          Correct it
        </Button>
        <Button size="small" look="ghost" onClick={props.onClose}>
          Cancel
        </Button>
      </div>
    </form>
  );
}
