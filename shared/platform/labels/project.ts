import type { Actor } from "../../../events/envelope.ts";
import { Forbidden } from "../errors.ts";
import type { Matcher } from "./matchers.ts";

/** The project everything belongs to that names no other. */
export const defaultProject = "default";
/** Telemetry names its project in this resource attribute. */
export const projectLabel = "sentinelops.project";

/** The project of a series. */
export function projectOf(labels: Readonly<Record<string, string>>): string {
  return labels[projectLabel] || defaultProject;
}

/** Lets through the series of these projects alone; of every project for null. */
export function projectMatchers(projects: readonly string[] | null | undefined): Matcher[] {
  if (!projects) return [];
  const values = projects.flatMap((project) => (project === defaultProject ? [project, ""] : [project]));
  const allowed = new Set(values);
  // Ids of projects hold nothing that means anything in a regular expression, and a set is faster than one.
  return [
    {
      label: projectLabel,
      operator: "=~",
      value: values.join("|"),
      test: (found) => allowed.has(found),
    },
  ];
}

/** Whether work that is narrowed to projects may see what belongs to this one. */
export function maySeeProject(
  { projects }: { projects?: readonly string[] | null },
  project: string,
): boolean {
  return !projects || projects.includes(project);
}

/** The project that is meant where none is named: the only one of who is narrowed to one, else the default one. */
export function meantProject(
  { projects }: { projects?: readonly string[] | null },
  named: string | undefined,
): string {
  const [own, ...others] = projects ?? [];
  return named ?? (others.length === 0 ? own : undefined) ?? defaultProject;
}

/** Throws Forbidden where it may not be given to one. */
export function mayUseProject(work: { projects?: readonly string[] | null }, project: string): void {
  if (maySeeProject(work, project)) return;
  throw new Forbidden(`This credential is narrowed to ${work.projects?.join(", ")}, not ${project}.`);
}

/**
 * People, projects, API keys and the audit are the whole tenant's; admins and owners are never narrowed, but an API
 * key can be. Throws Forbidden for one that is.
 */
export function refuseNarrowedKey({
  actor,
  projects,
}: {
  actor: Actor;
  projects?: readonly string[] | null;
}): void {
  if (actor.kind === "person" || !projects) return;
  throw new Forbidden(
    `This API key is narrowed to ${projects.join(", ")}; people, projects, API keys and the audit need one that is not.`,
  );
}
