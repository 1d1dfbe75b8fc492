import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { ApiKeyInput, ShownOnceKey } from "../../../../shared/keys/schemas.ts";
import { Button } from "../../components/button.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { SelectField, TextField } from "../../components/field.tsx";
import { Trouble } from "../../components/states.tsx";
import { api } from "../../lib/api.ts";
import { useProjects } from "./projects-field.tsx";
import { ShownOnce } from "./shown-once.tsx";

type KeyScope = ApiKeyInput["scopes"][number];

const scopes: readonly { scope: KeyScope; says: string }[] = [
  { scope: "ingest", says: "send telemetry and deployments" },
  { scope: "read", says: "read everything" },
  { scope: "operate", says: "work on incidents, rules and channels" },
  { scope: "admin", says: "manage people, projects and keys" },
];
const lives = [
  { value: "", label: "never" },
  { value: "30", label: "in 30 days" },
  { value: "90", label: "in 90 days" },
  { value: "365", label: "in a year" },
];

/** Makes a key for one sender or script, with as little power as it needs. */
export function NewKeyDialog({ onClose }: { onClose(): void }) {
  const client = useQueryClient();
  const projects = useProjects().data?.items ?? [];
  const [name, setName] = useState("");
  const [picked, setPicked] = useState<readonly KeyScope[]>(["ingest"]);
  const [projectId, setProjectId] = useState("");
  const [days, setDays] = useState("");
  const make = useMutation({
    mutationFn: (input: ApiKeyInput) => api.post<ShownOnceKey>("/api/keys", input),
    onSuccess: () => client.invalidateQueries({ queryKey: ["api-keys"] }),
  });
  if (make.data) return <ShownOnce made={make.data} onClose={onClose} />;
  const toggle = (scope: KeyScope) =>
    setPicked(picked.includes(scope) ? picked.filter((one) => one !== scope) : [...picked, scope]);
  return (
    <Dialog title="New API key" onClose={onClose}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          make.mutate({
            name: name.trim(),
            scopes: [...picked],
            projectId: projectId || null,
            expiresInDays: days === "" ? null : Number(days),
          });
        }}
      >
        <TextField
          label="Name"
          placeholder="collector in eu-1"
          value={name}
          onValue={setName}
          required
          autoFocus
          maxLength={100}
        />
        <fieldset className="ticks">
          <legend className="field-label">It may</legend>
          {scopes.map(({ scope, says }) => (
            <label key={scope}>
              <input type="checkbox" checked={picked.includes(scope)} onChange={() => toggle(scope)} />{" "}
              <b>{scope}</b>: {says}
            </label>
          ))}
        </fieldset>
        {projects.length > 1 && (
          <SelectField
            label="Project"
            value={projectId}
            options={[
              { value: "", label: "all projects" },
              ...projects.map((project) => ({ value: project.projectId, label: project.name })),
            ]}
            onValue={setProjectId}
          />
        )}
        <SelectField label="Ends" value={days} options={lives} onValue={setDays} />
        <Trouble error={make.error} />
        <div className="dialog-actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" busy={make.isPending} disabled={picked.length === 0}>
            Make the key
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
