import { z } from "zod";
import { Actor } from "../../events/envelope.ts";

/** `GET /api/session`: who is signed in. */
export const Session = z.object({
  tenantId: z.string(),
  tenantName: z.string(),
  actor: Actor,
  scopes: z.array(z.enum(["ingest", "read", "operate", "admin"])),
  /** Where the WebSocket is. */
  realtimeUrl: z.string(),
  /** The laptop runtime serves `GET /local/inbox` and this is true. */
  local: z.boolean(),
  expiresAt: z.iso.datetime(),
});
export type Session = z.infer<typeof Session>;
