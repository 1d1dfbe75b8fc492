import { SelectField } from "../../components/field.tsx";
import { useProjectsInView } from "../../lib/session.ts";
import { useProjects } from "./projects-field.tsx";

const wholeTenant = "The whole tenant";

/** The projects to choose among, and whether there is anything to tell apart: one project alone needs no word. */
function useChoices() {
  const inView = useProjectsInView();
  const projects = (useProjects().data?.items ?? []).filter(
    ({ projectId }) => inView === null || inView.includes(projectId),
  );
  return { inView, projects, matter: inView !== null || projects.length > 1 };
}

/** What something new belongs to, unless one chooses: who is narrowed makes nothing for the whole tenant. */
export function useOwnProject(): string | null {
  return useProjectsInView()?.[0] ?? null;
}

/** May one change what belongs to this project, or (null) to the whole tenant? */
export function useMayChange(): (thing: { project: string | null }) => boolean {
  const inView = useProjectsInView();
  return ({ project }) => inView === null || project !== null;
}

interface ProjectFieldProps {
  /** null = the whole tenant. */
  project: string | null;
  hint: string;
  error: string | undefined;
  onProject(project: string | null): void;
}

/** One project or the whole tenant; nothing where there is but one. */
export function ProjectField({ project, hint, error, onProject }: ProjectFieldProps) {
  const { inView, projects, matter } = useChoices();
  if (!matter) return null;
  const isUnlisted = project !== null && !projects.some(({ projectId }) => projectId === project);
  return (
    <SelectField
      label="Project"
      hint={hint}
      error={error}
      value={project ?? ""}
      options={[
        ...(inView === null ? [{ value: "", label: wholeTenant }] : []),
        ...projects.map(({ projectId, name }) => ({ value: projectId, label: name })),
        ...(isUnlisted ? [{ value: project, label: project }] : []),
      ]}
      onValue={(value) => onProject(value === "" ? null : value)}
    />
  );
}

/** A project's name in a list, after what else is said there; nothing where there is but one. */
export function ProjectWord({ project }: { project: string | null }) {
  const { projects, matter } = useChoices();
  if (!matter) return null;
  const named = projects.find(({ projectId }) => projectId === project)?.name ?? project;
  return <> · {named ?? wholeTenant.toLowerCase()}</>;
}
