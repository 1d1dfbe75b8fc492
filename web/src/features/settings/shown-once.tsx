import type { ShownOnceKey } from "../../../../shared/keys/schemas.ts";
import { Button } from "../../components/button.tsx";
import { CodeBlock } from "../../components/copy.tsx";
import { Dialog } from "../../components/dialog.tsx";

/** The key's text, to be copied now; it is stored nowhere and not shown again. */
export function ShownOnce({ made, onClose }: { made: ShownOnceKey; onClose(): void }) {
  return (
    <Dialog title={`Copy “${made.key.name}” now`} onClose={onClose}>
      <div className="stack">
        <p>Only a hash of it is kept, so it cannot be shown again.</p>
        <CodeBlock text={made.text} label="the API key" />
      </div>
      <div className="dialog-actions">
        <Button look="primary" onClick={onClose}>
          I have it
        </Button>
      </div>
    </Dialog>
  );
}
