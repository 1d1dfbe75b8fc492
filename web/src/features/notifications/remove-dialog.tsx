import { useMutation, useQueryClient } from "@tanstack/react-query";
import { Button } from "../../components/button.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { Trouble } from "../../components/states.tsx";
import { api } from "../../lib/api.ts";

interface RemoveDialogProps {
  what: string;
  name: string;
  consequence: string;
  path: string;
  onClose(): void;
}

/** Says what goes with it before something is deleted. */
export function RemoveDialog({ what, name, consequence, path, onClose }: RemoveDialogProps) {
  const client = useQueryClient();
  const remove = useMutation({
    mutationFn: () => api.delete(path),
    onSuccess: () => {
      client.invalidateQueries({ queryKey: ["channels"] });
      client.invalidateQueries({ queryKey: ["routes"] });
      onClose();
    },
  });
  return (
    <Dialog title={`Delete this ${what}?`} onClose={onClose}>
      <div className="stack">
        <p>
          “{name}”: {consequence}
        </p>
        <Trouble error={remove.error} />
      </div>
      <div className="dialog-actions">
        <Button onClick={onClose}>Keep it</Button>
        <Button look="danger" busy={remove.isPending} onClick={() => remove.mutate()}>
          Delete {what}
        </Button>
      </div>
    </Dialog>
  );
}
