import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Anomaly, FeedbackInput } from "../../../../shared/anomalies/schemas.ts";
import { Button } from "../../components/button.tsx";
import { TextField } from "../../components/field.tsx";
import { Panel } from "../../components/panel.tsx";
import { Trouble } from "../../components/states.tsx";
import { Time } from "../../components/time.tsx";
import { api, segment } from "../../lib/api.ts";

const said = {
  acknowledged: "acknowledged it",
  resolved: "resolved it",
  dismissed: "said it is not an anomaly",
} as const;

/** What people make of it. Saying “not an anomaly” raises what this one series has to do to be noticed again. */
export function FeedbackPanel({ anomaly, may }: { anomaly: Anomaly; may: boolean }) {
  const client = useQueryClient();
  const [note, setNote] = useState("");
  const say = useMutation({
    mutationFn: (verb: "acknowledge" | "resolve" | "dismiss") => {
      const input: FeedbackInput = note.trim() === "" ? {} : { note: note.trim() };
      return api.post<Anomaly>(`/api/anomalies/${segment(anomaly.id)}/${verb}`, input);
    },
    onSuccess: (next) => {
      setNote("");
      client.setQueryData(["anomaly", anomaly.id], next);
      client.invalidateQueries({ queryKey: ["anomalies"] });
      client.invalidateQueries({ queryKey: ["anomaly", "decisions"] });
    },
  });
  const has = (kind: keyof typeof said) => anomaly.feedback.some((one) => one.kind === kind);
  const isOpen = anomaly.state === "open";
  return (
    <Panel title="What do you make of it?">
      <div className="stack">
        {anomaly.feedback.length > 0 && (
          <ul className="said">
            {anomaly.feedback.map((one) => (
              <li key={`${one.kind} ${one.at}`}>
                <b>{one.by}</b> {said[one.kind]}{" "}
                <span className="quiet">
                  <Time at={one.at} />
                </span>
                {one.note && <p>{one.note}</p>}
              </li>
            ))}
          </ul>
        )}
        {may && !has("dismissed") && (
          <>
            <TextField label="Note" value={note} onValue={setNote} maxLength={1_000} multiline />
            <div className="row wrap">
              {isOpen && !has("acknowledged") && (
                <Button icon="check" busy={say.isPending} onClick={() => say.mutate("acknowledge")}>
                  Acknowledge
                </Button>
              )}
              {isOpen && (
                <Button busy={say.isPending} onClick={() => say.mutate("resolve")}>
                  Resolve
                </Button>
              )}
              <Button look="ghost" icon="close" busy={say.isPending} onClick={() => say.mutate("dismiss")}>
                Not an anomaly
              </Button>
            </div>
            <p className="quiet small">
              “Not an anomaly” makes this one series harder to alarm. It is on record below, and wears off.
            </p>
          </>
        )}
        {!may && anomaly.feedback.length === 0 && (
          <p className="quiet small">Nobody has said anything yet.</p>
        )}
        <Trouble error={say.error} />
      </div>
    </Panel>
  );
}
