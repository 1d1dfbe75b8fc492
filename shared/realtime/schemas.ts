import { z } from "zod";

/**
 * The WebSocket (`/ws`, session cookie or `?ticket=`) carries these frames, JSON text.
 * The client says `hello` first; with the last `seq` it saw it gets everything since, then the live stream.
 */
export const ClientFrame = z.discriminatedUnion("action", [
  z.strictObject({ action: z.literal("hello"), afterSeq: z.string().nullable() }),
  z.strictObject({ action: z.literal("ping") }),
]);
export type ClientFrame = z.infer<typeof ClientFrame>;

export const ServerFrame = z.discriminatedUnion("kind", [
  /** `gap: true` = the events since `afterSeq` are no longer held; fetch the lists afresh. */
  z.object({ kind: z.literal("ready"), seq: z.string().nullable(), gap: z.boolean() }),
  z.object({
    kind: z.literal("event"),
    /** Sorts in the order the platform took the events in. */
    seq: z.string(),
    id: z.string(),
    type: z.string(),
    time: z.iso.datetime(),
    data: z.record(z.string(), z.unknown()),
  }),
  z.object({ kind: z.literal("pong") }),
]);
export type ServerFrame = z.infer<typeof ServerFrame>;
