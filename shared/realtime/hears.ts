import type { Connection } from "./connection-store.ts";

const defaultProject = "default";

/** Whether a connection is told of an event: one that is narrowed to projects hears of those alone. */
export function hears({ projects }: Connection, { data }: { data: Record<string, unknown> }): boolean {
  if (projects === null) return true;
  const project = data["project"];
  return projects.includes(typeof project === "string" ? project : defaultProject);
}
