import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { InvitationInput, InvitationMade, Role } from "../../../../shared/tenancy/schemas.ts";
import { Button } from "../../components/button.tsx";
import { CodeBlock } from "../../components/copy.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { TextField } from "../../components/field.tsx";
import { Trouble } from "../../components/states.tsx";
import { Time } from "../../components/time.tsx";
import { api } from "../../lib/api.ts";
import { ProjectsField } from "./projects-field.tsx";
import { RoleField } from "./role-field.tsx";
import { isNarrowable } from "./role-words.ts";

/** Asks somebody in; the link is shown once. */
export function InviteDialog({ onClose }: { onClose(): void }) {
  const client = useQueryClient();
  const [email, setEmail] = useState("");
  const [role, setRole] = useState<Role>("responder");
  const [projects, setProjects] = useState<string[] | null>(null);
  const invite = useMutation({
    mutationFn: (input: InvitationInput) => api.post<InvitationMade>("/api/invitations", input),
    onSuccess: () => client.invalidateQueries({ queryKey: ["invitations"] }),
  });
  if (invite.data) return <Made made={invite.data} onClose={onClose} />;
  return (
    <Dialog title="Invite somebody" onClose={onClose}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          invite.mutate({ email: email.trim(), role, projects: isNarrowable(role) ? projects : null });
        }}
      >
        <TextField
          label="E-mail"
          type="email"
          value={email}
          onValue={setEmail}
          required
          autoFocus
          maxLength={254}
        />
        <RoleField role={role} onRole={setRole} />
        {isNarrowable(role) && <ProjectsField projects={projects} onProjects={setProjects} />}
        <Trouble error={invite.error} />
        <div className="dialog-actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" busy={invite.isPending}>
            Invite
          </Button>
        </div>
      </form>
    </Dialog>
  );
}

function Made({ made: { invitation, url, mailed }, onClose }: { made: InvitationMade; onClose(): void }) {
  return (
    <Dialog title="The invitation is made" onClose={onClose}>
      <div className="stack">
        <p>
          {mailed
            ? `${invitation.email} got a mail. The link works, too:`
            : `Hand this link to ${invitation.email}; nobody was mailed.`}{" "}
          It works once, until <Time at={invitation.expiresAt} as="local" />, and is not shown again.
        </p>
        <CodeBlock text={url} label="the invitation link" />
      </div>
      <div className="dialog-actions">
        <Button look="primary" onClick={onClose}>
          Done
        </Button>
      </div>
    </Dialog>
  );
}
