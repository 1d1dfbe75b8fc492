import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { ApiKey } from "../../../../shared/keys/schemas.ts";
import { Button } from "../../components/button.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { Trouble } from "../../components/states.tsx";
import { Time } from "../../components/time.tsx";
import { api, segment } from "../../lib/api.ts";

export function RevokeDialog({ of, onClose }: { of: ApiKey; onClose(): void }) {
  const client = useQueryClient();
  const revoke = useMutation({
    mutationFn: () => api.delete(`/api/keys/${segment(of.id)}`),
    onSuccess: () => {
      client.invalidateQueries({ queryKey: ["api-keys"] });
      onClose();
    },
  });
  return (
    <Dialog title={`Revoke “${of.name}”?`} onClose={onClose}>
      <div className="stack">
        <p>
          Whoever signs in with it is refused within a minute.{" "}
          {of.lastUsedAt === null ? (
            "It has not been used lately."
          ) : (
            <>
              It was last used <Time at={of.lastUsedAt} />.
            </>
          )}
        </p>
        <Trouble error={revoke.error} />
      </div>
      <div className="dialog-actions">
        <Button onClick={onClose}>Keep it</Button>
        <Button look="danger" busy={revoke.isPending} onClick={() => revoke.mutate()}>
          Revoke
        </Button>
      </div>
    </Dialog>
  );
}
