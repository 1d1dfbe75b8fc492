import { maySeeProject, projectOf } from "../platform/labels/project.ts";
import type { Connection } from "./connection-store.ts";

/**
 * Whether a connection is told of an event: one that is narrowed to projects hears of those alone. An event that
 * names neither its project nor the labels of what it is about, and of what contributed to it, is for those who may see
 * every project.
 */
export function hears(connection: Connection, { data }: { data: Record<string, unknown> }): boolean {
  if (connection.projects === null) return true;
  const { project, labels, contributions = [] } = data;
  if (typeof project === "string") return maySeeProject(connection, project);
  const told = [labels, ...(contributions as { labels: unknown }[]).map((one) => one.labels)];
  return told.every((one) => isLabels(one) && maySeeProject(connection, projectOf(one)));
}

const isLabels = (labels: unknown): labels is Record<string, string> =>
  typeof labels === "object" && labels !== null;
