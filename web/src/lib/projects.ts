import { defaultProject, projectLabel } from "./contract.ts";

/** The project of a series, or of a service as a whole. */
export const projectOf = (labels: Readonly<Record<string, string>>): string =>
  labels[projectLabel] || defaultProject;

/** A project as an address names it: the default one goes without saying. */
export const inAddress = (project: string): string | null => (project === defaultProject ? null : project);

/** Whether these are of more than one project, so that each has to say its own. */
export const isDivided = (all: readonly { project: string }[]): boolean =>
  new Set(all.map(({ project }) => project)).size > 1;
