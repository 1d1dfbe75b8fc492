/** What a credential may be good for; a route demands one of them. */
export type Level = "ingest" | "read" | "operate" | "admin" | "owner";

/** What a route demands; `public` routes are served without a credential. */
export type Access = "public" | Level;

/** The routes that exist, each with what it demands; tenancy's table of permissions fills it in. */
// biome-ignore lint/suspicious/noEmptyInterface: it is filled in where the table stands
export interface DeclaredRoutes {}
