import type { Role } from "../../../../shared/tenancy/schemas.ts";

/** The most powerful first. */
export const roles = ["owner", "admin", "responder", "viewer"] as const satisfies readonly Role[];

/** What a role may do, in a sentence. */
export const roleWords: Readonly<Record<Role, string>> = {
  owner: "May do everything, and makes other owners. There is always one.",
  admin: "Manages people, projects and API keys too.",
  responder: "Works on incidents, alert rules and notification channels too.",
  viewer: "Sees everything of its projects and changes nothing.",
};

export const projectsWords = (projects: readonly string[] | null): string =>
  projects === null ? "all projects" : projects.join(", ");

/** Owners and admins hold for every project. */
export const isNarrowable = (role: Role): boolean => role === "responder" || role === "viewer";
