import { maySeeProject, projectOf } from "../platform/labels/project.ts";
import type { Connection } from "./connection-store.ts";

/**
 * Whether a connection is told of an event: one that is narrowed to projects hears of those alone. An event that
 * names neither its project nor the labels of what it is about is for those who may see every project.
 */
export function hears(connection: Connection, { data }: { data: Record<string, unknown> }): boolean {
  if (connection.projects === null) return true;
  const { project, labels, kind } = data;
  if (typeof project === "string") return maySeeProject(connection, project);
  // A service is watched across its projects, so what is unusual about it belongs to none of them.
  if (kind === "vector" || typeof labels !== "object" || labels === null) return false;
  return maySeeProject(connection, projectOf(labels as Record<string, string>));
}
