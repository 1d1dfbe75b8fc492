import type { Role } from "../../events/tenancy.ts";
import { Invalid } from "../platform/errors.ts";

/** Who manages people and projects manages all of them, and could undo any narrowing of their own. */
export function isNarrowable(role: Role): boolean {
  return role === "viewer" || role === "responder";
}

/** Throws Invalid where such a role is to be narrowed. */
export function requireNarrowable(role: Role, projects: readonly string[] | null): void {
  if (projects === null || isNarrowable(role)) return;
  throw new Invalid(
    `A member who is ${role} has every project; leave projects out, or choose responder or viewer.`,
    "projects",
  );
}
