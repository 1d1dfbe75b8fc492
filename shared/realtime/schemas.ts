import { z } from "zod";

/**
 * The WebSocket (`/ws`, opened with the session cookie from the dashboard's own origin, or with
 * `Authorization: Bearer <API key>`) carries these frames, JSON text. The client says `hello` first; with the
 * last `seq` it knows it gets everything since, then `ready`, and the live stream all along.
 *
 * Delivery is at least once and nearly in order, so a client drops an event whose `id` it has seen, and never
 * one for its `seq`: several writers number at once, and a resume repeats the last seconds on purpose. It says
 * `hello` with the highest `seq` it saw; until `ready` has come, with the one it said before. The server hangs up
 * within a minute of the end of the session or key that the connection was opened with.
 */
export const ClientFrame = z.discriminatedUnion("action", [
  z.strictObject({ action: z.literal("hello"), afterSeq: z.string().nullable() }),
  z.strictObject({ action: z.literal("ping") }),
]);
export type ClientFrame = z.infer<typeof ClientFrame>;

export const ServerFrame = z.discriminatedUnion("kind", [
  /**
   * Answers `hello`; `seq` is the newest one held. `gap: true` = more was missed than is worth sending: fetch
   * the lists afresh. In a storm it comes by itself, in place of events.
   */
  z.object({ kind: z.literal("ready"), seq: z.string().nullable(), gap: z.boolean() }),
  z.object({
    kind: z.literal("event"),
    /** Sorts as text in the order the platform took the events in. */
    seq: z.string(),
    id: z.string(),
    type: z.string(),
    time: z.iso.datetime(),
    data: z.record(z.string(), z.unknown()),
  }),
  z.object({ kind: z.literal("pong") }),
  /** What the client sent was no frame of this protocol; the connection goes on. */
  z.object({ kind: z.literal("error"), detail: z.string() }),
]);
export type ServerFrame = z.infer<typeof ServerFrame>;
