import { useMutation, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import type { Project, ProjectInput } from "../../../../shared/tenancy/schemas.ts";
import { Button } from "../../components/button.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { TextField } from "../../components/field.tsx";
import { Page } from "../../components/panel.tsx";
import { Await, Trouble } from "../../components/states.tsx";
import { Time } from "../../components/time.tsx";
import { api, segment } from "../../lib/api.ts";
import { useMay } from "../../lib/session.ts";
import { useProjects } from "./projects-field.tsx";
import "./settings.css";
import { SettingsTabs } from "./tabs.tsx";

/** How is the tenant divided? */
export default function ProjectsPage() {
  const isAdmin = useMay("admin");
  const projects = useProjects();
  const [open, setOpen] = useState<Project | "new">();
  return (
    <Page
      title="Settings"
      actions={
        isAdmin && (
          <Button icon="plus" onClick={() => setOpen("new")}>
            New project
          </Button>
        )
      }
    >
      <SettingsTabs />
      <p className="quiet">
        Telemetry names its project in the resource attribute{" "}
        <span className="mono">sentinelops.project</span>; what names none belongs to{" "}
        <span className="mono">default</span>. People and API keys can be narrowed to projects.
      </p>
      <section className="panel" aria-label="Projects">
        <Await of={projects}>
          {() =>
            projects.data?.items.map((project) => (
              <div className="list-row person-row" key={project.projectId}>
                <span className="list-title">{project.name}</span>
                <span className="mono">{project.projectId}</span>
                <span className="quiet small">
                  since <Time at={project.createdAt} />
                </span>
                {isAdmin && (
                  <Button size="small" onClick={() => setOpen(project)}>
                    Rename
                  </Button>
                )}
              </div>
            ))
          }
        </Await>
      </section>
      {open !== undefined && (
        <ProjectDialog {...(open === "new" ? {} : { project: open })} onClose={() => setOpen(undefined)} />
      )}
    </Page>
  );
}

function ProjectDialog({ project, onClose }: { project?: Project; onClose(): void }) {
  const client = useQueryClient();
  const [name, setName] = useState(project?.name ?? "");
  const [projectId, setProjectId] = useState(project?.projectId ?? "");
  const save = useMutation({
    mutationFn: (input: ProjectInput) =>
      project
        ? api.patch<Project>(`/api/projects/${segment(project.projectId)}`, { name: input.name })
        : api.post<Project>("/api/projects", input),
    onSuccess: () => {
      client.invalidateQueries({ queryKey: ["projects"] });
      onClose();
    },
  });
  return (
    <Dialog title={project ? "Rename a project" : "New project"} onClose={onClose}>
      <form
        className="stack"
        onSubmit={(event) => {
          event.preventDefault();
          save.mutate({ projectId, name: name.trim() });
        }}
      >
        <TextField label="Name" value={name} onValue={setName} required autoFocus maxLength={80} />
        {!project && (
          <TextField
            label="Id"
            hint="Lower-case letters, digits and hyphens; it cannot be changed later"
            value={projectId}
            onValue={setProjectId}
            required
            maxLength={40}
            mono
          />
        )}
        <Trouble error={save.error} />
        <div className="dialog-actions">
          <Button onClick={onClose}>Cancel</Button>
          <Button look="primary" type="submit" busy={save.isPending}>
            Save
          </Button>
        </div>
      </form>
    </Dialog>
  );
}
