import type { Role } from "../../events/tenancy.ts";
import type { Level } from "../platform/http/access.ts";

/** What an API key may be made for: the levels but `owner`, which is for people. */
export type KeyScope = Exclude<Level, "owner">;

/** What each role of a person is good for. */
export const roleLevels = {
  viewer: ["read"],
  responder: ["read", "operate"],
  admin: ["read", "operate", "admin"],
  owner: ["ingest", "read", "operate", "admin", "owner"],
} as const satisfies Record<Role, readonly Level[]>;

/** What each scope of an API key is good for: itself alone, so that an ingest key that leaks reads nothing. */
export const scopeLevels = {
  ingest: ["ingest"],
  read: ["read"],
  operate: ["operate"],
  admin: ["admin"],
} as const satisfies Record<KeyScope, readonly Level[]>;

/** One line on each role, as the dashboard and the docs explain it. */
export const roleSays = {
  viewer: "sees everything of its projects and changes nothing",
  responder: "works on incidents, alert rules and notification channels too",
  admin: "manages people, projects and API keys too",
  owner: "may do everything, and makes other owners; a tenant always has one",
} as const satisfies Record<Role, string>;
