import { type RefObject, useState } from "react";
import type { Incident } from "../../../../shared/incidents/schemas.ts";
import { Button } from "../../components/button.tsx";
import { Trouble } from "../../components/states.tsx";
import type { IncidentActions } from "./incident-actions.ts";
import { forwardOf, moveWord } from "./stepper.tsx";

interface ComposerProps {
  incident: Incident;
  actions: IncidentActions;
  field: RefObject<HTMLTextAreaElement | null>;
}

/** A word to the others, alone or along with the next move. */
export function Composer({ incident, actions, field }: ComposerProps) {
  const [text, setText] = useState("");
  const forward = forwardOf(incident);
  const isBlank = text.trim() === "";
  const clear = { onSuccess: () => setText("") };
  const say = () => !isBlank && actions.comment.mutate({ text }, clear);
  return (
    <form
      className="composer"
      onSubmit={(event) => {
        event.preventDefault();
        say();
      }}
    >
      <textarea
        ref={field}
        className="input"
        aria-label="Comment"
        placeholder="What did you see, what did you do?"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onKeyDown={(event) => event.key === "Enter" && (event.metaKey || event.ctrlKey) && say()}
      />
      <div className="row wrap">
        <Button type="submit" busy={actions.comment.isPending} disabled={isBlank}>
          Comment
        </Button>
        {forward && !isBlank && (
          <Button
            busy={actions.move.isPending}
            onClick={() => actions.move.mutate({ to: forward, note: text }, clear)}
          >
            {moveWord(incident, forward)} with this note
          </Button>
        )}
        <span className="quiet small push for-keyboards">Ctrl Enter sends</span>
      </div>
      <Trouble error={actions.comment.error} />
    </form>
  );
}
