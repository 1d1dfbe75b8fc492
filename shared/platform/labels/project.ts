import type { Actor } from "../../../events/envelope.ts";
import { Forbidden, Invalid } from "../errors.ts";
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
  // The test decides, not the text: a set is faster than an expression, and telemetry may name any project.
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

/** The project of what is looked up: the one that is named, else the only one of who is narrowed to one, else the default one. */
export function meantProject(
  { projects }: { projects?: readonly string[] | null },
  named: string | undefined,
): string {
  const [own, ...others] = projects ?? [];
  return named ?? (others.length === 0 ? own : undefined) ?? defaultProject;
}

/** Throws Forbidden where it may not be given to one, or to the whole tenant (null). */
export function mayUseProject(work: { projects?: readonly string[] | null }, project: string | null): void {
  if (project === null ? !work.projects : maySeeProject(work, project)) return;
  throw new Forbidden(
    `This credential is narrowed to ${work.projects?.join(", ")}, not ${project ?? "the whole tenant"}.`,
  );
}

/**
 * The project of what is made: the one that is named, else the only one that the work is narrowed to, else
 * `otherwise`. Throws Forbidden for one that is not the work's, and Invalid where it has to be named.
 */
export function chooseProject<P extends string | null>(
  work: { projects?: readonly string[] | null },
  named: P | undefined,
  otherwise: P,
): P | string {
  const [only, ...others] = work.projects ?? [];
  if (named === undefined && others.length > 0) {
    throw new Invalid(`Name the project it belongs to: ${work.projects?.join(", ")}.`, "project");
  }
  const chosen: P | string = named === undefined ? (only ?? otherwise) : named;
  mayUseProject(work, chosen);
  return chosen;
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
