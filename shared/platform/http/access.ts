/** What a credential may be good for; a route demands one of them. */
export type Level = "ingest" | "read" | "operate" | "admin" | "owner";

/** What a route demands; `public` routes are served without a credential. */
export type Access = "public" | Level;
