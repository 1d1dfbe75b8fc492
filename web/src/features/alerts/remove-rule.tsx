import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useNavigate } from "react-router";
import type { AlertRule } from "../../../../shared/alerts/schemas.ts";
import { Button } from "../../components/button.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { Trouble } from "../../components/states.tsx";
import { api } from "../../lib/api.ts";

/** Asks before a rule is deleted, and says what becomes of its alerts. */
export function RemoveRule({ rule, onClose }: { rule: AlertRule; onClose(): void }) {
  const client = useQueryClient();
  const navigate = useNavigate();
  const remove = useMutation({
    mutationFn: () => api.delete(`/api/alert-rules/${rule.id}`),
    onSuccess: () => {
      client.removeQueries({ queryKey: ["rules", rule.id] });
      client.invalidateQueries({ queryKey: ["rules", "list"] });
      navigate("/alerts/rules");
    },
  });
  return (
    <Dialog title="Delete this rule?" onClose={onClose}>
      <div className="stack">
        <p>
          “{rule.name}” stops being evaluated and its firing alerts resolve. What it decided so far stays on
          record.
        </p>
        <Trouble error={remove.error} />
      </div>
      <div className="dialog-actions">
        <Button onClick={onClose}>Keep it</Button>
        <Button look="danger" busy={remove.isPending} onClick={() => remove.mutate()}>
          Delete rule
        </Button>
      </div>
    </Dialog>
  );
}
