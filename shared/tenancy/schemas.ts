import { z } from "zod";
import { Actor } from "../../events/envelope.ts";

/** What a credential may do; each route demands one of them. */
export const Scope = z.enum(["ingest", "read", "operate", "admin"]);
export type Scope = z.infer<typeof Scope>;

/** `GET /api/session`: who is signed in. */
export const Session = z.object({
  tenantId: z.string(),
  tenantName: z.string(),
  actor: Actor,
  scopes: z.array(Scope),
  /** Where the WebSocket is. */
  realtimeUrl: z.string(),
  /** The laptop runtime serves `GET /local/inbox` and this is true. */
  local: z.boolean(),
  /** null: an API key without an end is asking. */
  expiresAt: z.iso.datetime().nullable(),
});
export type Session = z.infer<typeof Session>;
