import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Detector, RollBackInput } from "../../../../shared/anomalies/schemas.ts";
import { Button } from "../../components/button.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { TextField } from "../../components/field.tsx";
import { Trouble } from "../../components/states.tsx";
import { api, segment } from "../../lib/api.ts";
import { detectorName } from "./words.ts";

interface RollBackDialogProps {
  detector: Detector;
  version: number;
  onClose(): void;
}

/** Asks why before an earlier version takes over again. */
export function RollBackDialog({ detector, version, onClose }: RollBackDialogProps) {
  const client = useQueryClient();
  const [reason, setReason] = useState("");
  const rollBack = useMutation({
    mutationFn: (input: RollBackInput) =>
      api.post<Detector>(`/api/detectors/${segment(detector.id)}/roll-back`, input),
    onSuccess: () => {
      client.invalidateQueries({ queryKey: ["anomalies", "detectors"] });
      onClose();
    },
  });
  return (
    <Dialog title={`Roll back to version ${version}?`} onClose={onClose}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          rollBack.mutate({ version, reason });
        }}
      >
        <p>
          {detectorName(detector)}: version {version} judges from the next point on, with the gates it passed
          then.
        </p>
        <TextField label="Why" value={reason} onValue={setReason} maxLength={500} required autoFocus />
        <Trouble error={rollBack.error} />
        <div className="dialog-actions">
          <Button onClick={onClose}>Keep version {detector.activeVersion}</Button>
          <Button look="primary" type="submit" busy={rollBack.isPending}>
            Roll back
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
