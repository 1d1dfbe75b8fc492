import { useMutation } from "@tanstack/react-query";
import type { Session, SessionSwitch } from "../../../../shared/tenancy/schemas.ts";
import { FilterSelect } from "../../components/field.tsx";
import { Trouble } from "../../components/states.tsx";
import { api } from "../../lib/api.ts";
import { useProjects } from "./projects-field.tsx";

/** The tenant and project one looks at, and the way to the others. */
export function Where({ session }: { session: Session }) {
  const projects = useProjects().data?.items ?? [];
  const move = useMutation({
    mutationFn: (to: SessionSwitch) => api.post<void>("/api/session/switch", to),
    // Everything on screen belongs to where one was.
    onSuccess: () => location.assign("/"),
  });
  const { tenantId, tenantName, tenants, project } = session;
  return (
    <div className="where">
      {tenants.length > 1 ? (
        <FilterSelect
          label="Tenant"
          value={tenantId}
          any={tenantName}
          options={tenants.map((tenant) => ({ value: tenant.tenantId, label: tenant.name }))}
          onValue={(to) => to !== "" && to !== tenantId && move.mutate({ tenantId: to, project: null })}
        />
      ) : (
        <b className="truncate">{tenantName}</b>
      )}
      {(projects.length > 1 || project !== null) && (
        <FilterSelect
          label="Project"
          value={project ?? ""}
          any="All projects"
          options={projects.map(({ projectId, name }) => ({ value: projectId, label: name }))}
          onValue={(to) => move.mutate({ tenantId, project: to === "" ? null : to })}
        />
      )}
      <Trouble error={move.error} />
    </div>
  );
}
