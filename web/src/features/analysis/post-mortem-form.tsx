import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { PostMortem, PostMortemInput } from "../../../../shared/analysis/schemas.ts";
import { Button, IconButton } from "../../components/button.tsx";
import { TextField } from "../../components/field.tsx";
import { Panel } from "../../components/panel.tsx";
import { Trouble } from "../../components/states.tsx";
import { api } from "../../lib/api.ts";

type ActionItem = PostMortemInput["actionItems"][number];

interface PostMortemFormProps {
  postMortem: PostMortem;
  path: string;
  may: boolean;
}

/** The parts that people write. What they save is kept whole and never overwritten by a later draft. */
export function PostMortemForm({ postMortem, path, may }: PostMortemFormProps) {
  const client = useQueryClient();
  const [summary, setSummary] = useState(postMortem.summary);
  const [impact, setImpact] = useState(postMortem.impact);
  const [cause, setCause] = useState(postMortem.cause);
  const [fixes, setFixes] = useState(postMortem.fixes.join("\n"));
  const [items, setItems] = useState<readonly ActionItem[]>(postMortem.actionItems);
  const save = useMutation({
    mutationFn: (input: PostMortemInput) =>
      api.put<PostMortem>(`${path}/post-mortem`, input, postMortem.version),
    onSuccess: (next) => client.setQueryData(["incident", postMortem.incidentId, "post-mortem"], next),
  });
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        save.mutate({
          summary,
          impact,
          cause,
          fixes: fixes
            .split("\n")
            .map((line) => line.trim())
            .filter(Boolean),
          actionItems: items.filter(({ text }) => text.trim() !== ""),
        });
      }}
    >
      <fieldset disabled={!may}>
        <Panel title="What we learned">
          <div className="stack">
            <TextField label="Summary" value={summary} onValue={setSummary} multiline maxLength={20_000} />
            <TextField label="Impact" value={impact} onValue={setImpact} multiline maxLength={20_000} />
            <TextField label="Cause" value={cause} onValue={setCause} multiline maxLength={20_000} />
            <TextField label="What fixed it" hint="One a line" value={fixes} onValue={setFixes} multiline />
            <ActionItems items={items} onItems={setItems} />
            <Trouble error={save.error} />
            {may && (
              <div className="row wrap">
                <Button look="primary" type="submit" busy={save.isPending}>
                  Save
                </Button>
              </div>
            )}
          </div>
        </Panel>
      </fieldset>
    </form>
  );
}

function ActionItems({
  items,
  onItems,
}: {
  items: readonly ActionItem[];
  onItems(items: readonly ActionItem[]): void;
}) {
  const change = (at: number, patch: Partial<ActionItem>) =>
    onItems(items.map((item, index) => (index === at ? { ...item, ...patch } : item)));
  return (
    <fieldset className="stack">
      <legend className="field-label">Action items</legend>
      {items.map((item, index) => (
        <div className="action-item" key={index}>
          <input
            type="checkbox"
            aria-label={`Done: ${item.text}`}
            checked={item.done}
            onChange={(event) => change(index, { done: event.target.checked })}
          />
          <input
            className="input"
            aria-label="What is to be done"
            value={item.text}
            maxLength={2_000}
            onChange={(event) => change(index, { text: event.target.value })}
          />
          <input
            className="input"
            aria-label="Owner"
            placeholder="owner"
            value={item.owner ?? ""}
            maxLength={200}
            onChange={(event) => change(index, { owner: event.target.value || null })}
          />
          <IconButton
            icon="close"
            label="Remove this item"
            onClick={() => onItems(items.filter((_, other) => other !== index))}
          />
        </div>
      ))}
      <div>
        <Button
          size="small"
          icon="plus"
          onClick={() => onItems([...items, { text: "", owner: null, done: false }])}
        >
          Add an item
        </Button>
      </div>
    </fieldset>
  );
}
