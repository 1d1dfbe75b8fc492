import { useMutation, useQueryClient } from "@tanstack/react-query";
import { type FormEvent, useState } from "react";
import { Link } from "react-router";
import type { Service, ServiceInput } from "../../../../shared/services/schemas.ts";
import { Button } from "../../components/button.tsx";
import { Dialog } from "../../components/dialog.tsx";
import { TextField } from "../../components/field.tsx";
import { Trouble } from "../../components/states.tsx";
import { api, segment, withQuery } from "../../lib/api.ts";
import { defaultProject } from "../../lib/contract.ts";
import { inAddress } from "../../lib/projects.ts";
import { ProjectField, useOwnProject } from "../settings/project-field.tsx";
import { useProjects } from "../settings/projects-field.tsx";

interface ServiceDialogProps {
  /** None = a new one. */
  service?: Service;
  may: boolean;
  onClose(): void;
}

const lines = (text: string): string[] =>
  text
    .split(/[\n,]/)
    .map((line) => line.trim())
    .filter(Boolean);

/** Who owns a service, whom it calls, and where its runbooks are. */
export function ServiceDialog({ service, may, onClose }: ServiceDialogProps) {
  const client = useQueryClient();
  const projects = useProjects().data?.items ?? [];
  const own = useOwnProject() ?? defaultProject;
  const [project, setProject] = useState(service?.project ?? own);
  const [name, setName] = useState(service?.name ?? "");
  const [owner, setOwner] = useState(service?.owner ?? "");
  const [description, setDescription] = useState(service?.description ?? "");
  const [calls, setCalls] = useState(declared(service).join("\n"));
  const [runbooks, setRunbooks] = useState(service?.runbooks.map(({ url }) => url).join("\n") ?? "");
  const done = () => {
    client.invalidateQueries({ queryKey: ["services"] });
    onClose();
  };
  const path = withQuery(`/api/services/${segment(name.trim())}`, { project });
  const save = useMutation({
    mutationFn: (input: ServiceInput) => api.put<Service>(path, input),
    onSuccess: done,
  });
  const remove = useMutation({
    mutationFn: () => api.delete(path),
    onSuccess: done,
  });
  const titles = new Map(service?.runbooks.map(({ url, title }) => [url, title]));
  const submit = (event: FormEvent) => {
    event.preventDefault();
    save.mutate({
      owner: owner.trim() || null,
      description: description.trim() || null,
      dependencies: lines(calls),
      runbooks: lines(runbooks).map((url) => ({ url, title: titles.get(url) ?? url })),
    });
  };
  const learned = service?.dependencies.filter(({ known }) => known === "learned") ?? [];
  return (
    <Dialog title={service ? service.name : "Declare a service"} onClose={onClose}>
      <form className="stack" onSubmit={submit}>
        {!service && (
          <TextField
            label="Name"
            hint="As telemetry names it in service.name"
            value={name}
            onValue={setName}
            required
            autoFocus
            maxLength={200}
            mono
          />
        )}
        {!service && (
          <ProjectField
            project={project}
            hint="Its telemetry names it in sentinelops.project."
            onProject={setProject}
          />
        )}
        {service && projects.length > 1 && (
          <p className="quiet small">A service of the project {service.project}.</p>
        )}
        {learned.length > 0 && (
          <p className="quiet small">
            Telemetry shows that it calls {learned.map((one) => one.service).join(", ")}.
          </p>
        )}
        <TextField label="Owner" value={owner} onValue={setOwner} maxLength={200} placeholder="team shop" />
        <TextField label="What it does" value={description} onValue={setDescription} maxLength={2_000} />
        <TextField
          label="Services it calls"
          hint="One a line"
          value={calls}
          onValue={setCalls}
          multiline
          mono
        />
        <TextField
          label="Runbooks"
          hint="One address a line"
          value={runbooks}
          onValue={setRunbooks}
          multiline
          mono
        />
        <Trouble error={save.error ?? remove.error} />
        {service && (
          <p className="small">
            <Link to={withQuery("/incidents", { service: service.name, show: "all" })}>Its incidents</Link>
            {" · "}
            <Link
              to={withQuery(`/anomalies/services/${segment(service.name)}`, {
                project: inAddress(service.project),
              })}
            >
              How unusual it is
            </Link>
            {" · "}
            <Link to={withQuery("/services/deployments", { service: service.name })}>Its deployments</Link>
          </p>
        )}
        {may && (
          <div className="dialog-actions">
            {service?.known === "declared" && (
              <Button look="ghost" icon="trash" busy={remove.isPending} onClick={() => remove.mutate()}>
                Forget what was declared
              </Button>
            )}
            <Button look="primary" type="submit" busy={save.isPending}>
              Save
            </Button>
          </div>
        )}
      </form>
    </Dialog>
  );
}

const declared = (service: Service | undefined): string[] =>
  service?.dependencies.flatMap(({ service: name, known }) => (known === "declared" ? [name] : [])) ?? [];
