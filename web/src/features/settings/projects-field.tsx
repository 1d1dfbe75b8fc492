import { useQuery } from "@tanstack/react-query";
import type { ProjectList } from "../../../../shared/tenancy/schemas.ts";
import { api } from "../../lib/api.ts";

export function useProjects() {
  return useQuery({
    queryKey: ["projects"],
    queryFn: ({ signal }) => api.get<ProjectList>("/api/projects", {}, signal),
    staleTime: 60_000,
  });
}

interface ProjectsFieldProps {
  projects: readonly string[] | null;
  onProjects(projects: string[] | null): void;
}

/** All projects, or the ticked ones. */
export function ProjectsField({ projects, onProjects }: ProjectsFieldProps) {
  const all = useProjects().data?.items ?? [];
  if (all.length < 2) return null;
  const toggle = (id: string) => {
    const next = projects?.includes(id) ? projects.filter((one) => one !== id) : [...(projects ?? []), id];
    onProjects(next.length === 0 ? null : next);
  };
  return (
    <fieldset className="ticks">
      <legend className="field-label">Projects</legend>
      <label>
        <input type="checkbox" checked={projects === null} onChange={() => onProjects(null)} /> all of them
      </label>
      {all.map(({ projectId, name }) => (
        <label key={projectId}>
          <input
            type="checkbox"
            checked={projects?.includes(projectId) ?? false}
            onChange={() => toggle(projectId)}
          />{" "}
          {name}
        </label>
      ))}
    </fieldset>
  );
}
