import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Member, MemberChange } from "../../../../shared/tenancy/schemas.ts";
import { Button } from "../../components/button.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { Trouble } from "../../components/states.tsx";
import { api, segment } from "../../lib/api.ts";
import { ProjectsField } from "./projects-field.tsx";
import { RoleField } from "./role-field.tsx";
import { isNarrowable } from "./role-words.ts";

/** Another role, other projects, or the end of a membership; it holds within a minute, also where they are signed in. */
export function MemberDialog({ member, onClose }: { member: Member; onClose(): void }) {
  const client = useQueryClient();
  const [role, setRole] = useState(member.role);
  const [projects, setProjects] = useState(member.projects);
  const path = `/api/members/${segment(member.personId)}`;
  const done = () => {
    client.invalidateQueries({ queryKey: ["members"] });
    onClose();
  };
  const change = useMutation({
    mutationFn: (input: MemberChange) => api.patch<Member>(path, input),
    onSuccess: done,
  });
  const remove = useMutation({ mutationFn: () => api.delete(path), onSuccess: done });
  return (
    <Dialog title={member.name} onClose={onClose}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate({ role, projects: isNarrowable(role) ? projects : null });
        }}
      >
        {member.email !== null && <p className="quiet">{member.email}</p>}
        <RoleField role={role} onRole={setRole} />
        {isNarrowable(role) && <ProjectsField projects={projects} onProjects={setProjects} />}
        <p className="quiet small">Holds within a minute, also where they are signed in now.</p>
        <Trouble error={change.error ?? remove.error} />
        <div className="dialog-actions">
          <Button look="danger" icon="trash" busy={remove.isPending} onClick={() => remove.mutate()}>
            Remove
          </Button>
          <Button look="primary" type="submit" busy={change.isPending}>
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
