import { defaultProject, maySeeProject } from "../platform/labels/project.ts";
import type { Connection } from "./connection-store.ts";

/** Whether a connection is told of an event: one that is narrowed to projects hears of those alone. */
export function hears(connection: Connection, { data }: { data: Record<string, unknown> }): boolean {
  const project = data["project"];
  return maySeeProject(connection, typeof project === "string" ? project : defaultProject);
}
