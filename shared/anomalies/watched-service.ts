import { hash } from "node:crypto";
import { defaultProject, projectLabel, projectOf } from "../platform/labels/project.ts";
import type { Anomaly } from "./schemas.ts";

/** A service watched as a whole: those of two projects are two, though they have one name. */
export interface WatchedService {
  project: string;
  service: string;
}

type Labels = Readonly<Record<string, string>>;

/** The name of the service that a series tells of. */
export const serviceOf = (labels: Labels): string | undefined =>
  labels["service.name"] || labels["service"] || undefined;

/** The service that a series is part of. */
export function watchedOf(labels: Labels): WatchedService | undefined {
  const service = serviceOf(labels);
  return service === undefined ? undefined : { project: projectOf(labels), service };
}

/** As people call it. */
export const watchedName = ({ project, service }: WatchedService): string =>
  project === defaultProject ? service : `${project}/${service}`;

/** The labels of a service as a whole. */
export function labelsOf({ project, service }: WatchedService): Record<string, string> {
  return { "service.name": service, ...(project === defaultProject ? {} : { [projectLabel]: project }) };
}

/** The service that an anomaly is of, or of whose metrics. */
export const serviceOfAnomaly = ({
  service,
  labels,
}: Pick<Anomaly, "service" | "labels">): WatchedService => ({
  project: projectOf(labels),
  service: service ?? "",
});

/** Of the default project a service is known by its name; the ids of the others cannot be taken for such a one. */
export function vectorBlockId({ project, service }: WatchedService): string {
  return project === defaultProject
    ? `v${digest(service)}`
    : `p${digest(JSON.stringify([project, service]))}`;
}

export function forestId(watched: WatchedService): string {
  return watched.project === defaultProject
    ? `forest.${watched.service}`
    : `forest-${vectorBlockId(watched)}`;
}

const digest = (text: string) => hash("sha256", text, "hex").slice(0, 24);
