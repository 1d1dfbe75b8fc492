import type { Project } from "../../../../shared/tenancy/schemas.ts";
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

interface ProjectFieldProps<Project> {
  project: Project;
  hint: string;
  error?: string | undefined;
  onProject(project: Project): void;
}

/** The one project that something belongs to; nothing where there is but one. */
export function ProjectField({ project, hint, error, onProject }: ProjectFieldProps<string>) {
  const { projects, matter } = useChoices();
  if (!matter) return null;
  const options = optionsOf(projects, project);
  return <SelectField label="Project" {...{ hint, error, options }} value={project} onValue={onProject} />;
}

/** One project or (null) the whole tenant, which who is narrowed cannot choose; nothing where there is but one. */
export function ReachField({ project, hint, error, onProject }: ProjectFieldProps<string | null>) {
  const { inView, projects, matter } = useChoices();
  if (!matter) return null;
  const whole = inView === null ? [{ value: "", label: wholeTenant }] : [];
  const options = [...whole, ...optionsOf(projects, project)];
  return (
    <SelectField
      label="Project"
      {...{ hint, error, options }}
      value={project ?? ""}
      onValue={(value) => onProject(value === "" ? null : value)}
    />
  );
}

/** Also the one that is set, where the person may not choose it anew. */
function optionsOf(projects: readonly Project[], set: string | null) {
  const listed = projects.map(({ projectId, name }) => ({ value: projectId, label: name }));
  return set === null || listed.some(({ value }) => value === set)
    ? listed
    : [...listed, { value: set, label: set }];
}

/** A project's name in a list, after what else is said there; nothing where there is but one. */
export function ProjectWord({ project }: { project: string | null }) {
  const { projects, matter } = useChoices();
  if (!matter) return null;
  const named = projects.find(({ projectId }) => projectId === project)?.name ?? project;
  return <> · {named ?? wholeTenant.toLowerCase()}</>;
}
