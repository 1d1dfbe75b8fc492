import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { ApiKey, RotateKeyInput, ShownOnceKey } from "../../../../shared/keys/schemas.ts";
import { Button } from "../../components/button.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { SelectField } from "../../components/field.tsx";
import { Trouble } from "../../components/states.tsx";
import { api, segment } from "../../lib/api.ts";
import { ShownOnce } from "./shown-once.tsx";

const overlaps = [
  { value: "0", label: "not at all" },
  { value: "1", label: "for an hour" },
  { value: "24", label: "for a day" },
  { value: "168", label: "for a week" },
];

/** A new key in the place of an old one; both are accepted until the overlap is over. */
export function RotateDialog({ of, onClose }: { of: ApiKey; onClose(): void }) {
  const client = useQueryClient();
  const [hours, setHours] = useState("24");
  const rotate = useMutation({
    mutationFn: (input: RotateKeyInput) =>
      api.post<ShownOnceKey>(`/api/keys/${segment(of.id)}/rotate`, input),
    onSuccess: () => client.invalidateQueries({ queryKey: ["api-keys"] }),
  });
  if (rotate.data) return <ShownOnce made={rotate.data} onClose={onClose} />;
  return (
    <Dialog title={`Rotate “${of.name}”?`} onClose={onClose}>
      <div className="stack">
        <p>A new key with the same scopes takes its place.</p>
        <SelectField label="The old one still works" value={hours} options={overlaps} onValue={setHours} />
        <Trouble error={rotate.error} />
      </div>
      <div className="dialog-actions">
        <Button onClick={onClose}>Cancel</Button>
        <Button
          look="primary"
          busy={rotate.isPending}
          onClick={() => rotate.mutate({ overlapHours: Number(hours) })}
        >
          Rotate
        </Button>
      </div>
    </Dialog>
  );
}
