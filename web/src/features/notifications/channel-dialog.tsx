import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Channel, CreatedChannel } from "../../../../shared/notifications/schemas.ts";
import { Button } from "../../components/button.tsx";
import { CodeBlock } from "../../components/copy.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { Switch, TextField } from "../../components/field.tsx";
import { Icon } from "../../components/icon.tsx";
import { Trouble } from "../../components/states.tsx";
import { api, segment } from "../../lib/api.ts";
import { asProblem } from "../../lib/problem.ts";
import { ReachField, useOwnProject } from "../settings/project-field.tsx";
import { type ChannelDraft, draftOfChannel, newChannel, readChannelDraft } from "./channel-draft.ts";
import { channelKinds, kindOrder } from "./channel-words.ts";
import { TestButton, TestOutcome, useTestSend } from "./test-send.tsx";

/** Makes a channel or changes one; a made one can be tried at once. */
export function ChannelDialog({ channel, onClose }: { channel?: Channel; onClose(): void }) {
  const client = useQueryClient();
  const own = useOwnProject();
  const [draft, setDraft] = useState<ChannelDraft>(channel ? draftOfChannel(channel) : newChannel(own));
  const [made, setMade] = useState<CreatedChannel>();
  const save = useMutation({
    mutationFn: () => {
      const input = readChannelDraft(draft);
      return channel
        ? api.put<CreatedChannel>(`/api/channels/${segment(channel.id)}`, input)
        : api.post<CreatedChannel>("/api/channels", input);
    },
    onSuccess: (saved) => {
      client.invalidateQueries({ queryKey: ["channels"] });
      client.invalidateQueries({ queryKey: ["routes"] });
      if (channel) onClose();
      else setMade(saved);
    },
  });
  if (made) return <Made channel={made} onClose={onClose} />;

  const kind = channelKinds[draft.kind];
  const problem = save.error ? asProblem(save.error) : undefined;
  const known: readonly (string | undefined)[] = ["name", "project", kind.field, "secret"];
  const faultOf = (field: string) => (problem?.field === field ? problem.message : undefined);
  const change = (changes: Partial<ChannelDraft>) => setDraft((before) => ({ ...before, ...changes }));
  return (
    <Dialog title={channel ? `Change ${channel.name}` : "New channel"} onClose={onClose}>
      <form
        className="stack"
        noValidate
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate();
        }}
      >
        {!channel && (
          <fieldset className="kinds">
            <legend className="sr-only">Kind</legend>
            {kindOrder.map((value) => (
              <label key={value} className="kind">
                <input
                  type="radio"
                  name="kind"
                  checked={draft.kind === value}
                  onChange={() => change({ kind: value, destination: "" })}
                />
                <Icon name={value} size={20} />
                {channelKinds[value].word}
              </label>
            ))}
          </fieldset>
        )}
        <TextField
          label={kind.label}
          mono
          placeholder={channel ? channel.target : kind.placeholder}
          hint={channel ? "Left empty, it stays as it is." : kind.hint}
          error={faultOf(kind.field)}
          value={draft.destination}
          onValue={(destination) => change({ destination })}
        />
        <TextField
          label="Name"
          placeholder={kind.word}
          hint="What it is called in routes and deliveries."
          error={faultOf("name")}
          value={draft.name}
          onValue={(name) => change({ name })}
        />
        <ReachField
          project={draft.project}
          hint="A project's channel hears of that project's incidents alone."
          error={faultOf("project")}
          onProject={(project) => change({ project })}
        />
        {draft.kind === "webhook" && (
          <TextField
            label="Signing secret"
            mono
            placeholder="whsec_…"
            hint={channel ? "Left empty, it stays as it is." : "Left empty, one is made and shown once."}
            error={faultOf("secret")}
            value={draft.secret}
            onValue={(secret) => change({ secret })}
          />
        )}
        {channel && (
          <Switch
            label="Send to this channel"
            checked={draft.enabled}
            onChecked={(enabled) => change({ enabled })}
          />
        )}
        <Trouble error={problem && !known.includes(problem.field) ? problem : undefined} />
        <div className="dialog-actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button type="submit" look="primary" busy={save.isPending}>
            {channel ? "Save changes" : "Create channel"}
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function Made({ channel, onClose }: { channel: CreatedChannel; onClose(): void }) {
  const test = useTestSend(channel.id);
  return (
    <Dialog title={`${channel.name} is made`} onClose={onClose}>
      <div className="stack">
        {channel.secret && (
          <>
            <p>
              This is its signing secret. <b>It is shown this once</b>; the receiver checks each message with
              it.
            </p>
            <CodeBlock text={channel.secret} label="the signing secret" />
          </>
        )}
        {channel.defaultRouteId && (
          <p className="notice notice-plain">
            {channel.project === null ? "All incidents" : "All incidents of its project"} go here: there was
            no route yet, so one was made.
          </p>
        )}
        <TestOutcome test={test} />
      </div>
      <div className="dialog-actions">
        <TestButton test={test} />
        <Button look="primary" onClick={onClose}>
          Done
        </Button>
      </div>
    </Dialog>
  );
}
