import { useMutation, useQueryClient } from "@tanstack/react-query";
import type { Invitation } from "../../../../shared/tenancy/schemas.ts";
import { Button } from "../../components/button.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { Trouble } from "../../components/states.tsx";
import { api, segment } from "../../lib/api.ts";

export function WithdrawDialog({ invitation, onClose }: { invitation: Invitation; onClose(): void }) {
  const client = useQueryClient();
  const withdraw = useMutation({
    mutationFn: () => api.delete(`/api/invitations/${segment(invitation.invitationId)}`),
    onSuccess: () => {
      client.invalidateQueries({ queryKey: ["invitations"] });
      onClose();
    },
  });
  return (
    <Dialog title="Withdraw this invitation?" onClose={onClose}>
      <div className="stack">
        <p>The link that {invitation.email} was given stops working at once.</p>
        <Trouble error={withdraw.error} />
      </div>
      <div className="dialog-actions">
        <Button onClick={onClose}>Keep it</Button>
        <Button look="danger" busy={withdraw.isPending} onClick={() => withdraw.mutate()}>
          Withdraw
        </Button>
      </div>
    </Dialog>
  );
}
