import { z } from "zod";

/** Who caused an event: a person, an API key, or the platform itself. */
export const Actor = z.object({
  kind: z.enum(["person", "key", "system"]),
  id: z.string().min(1),
  name: z.string().optional(),
});
export type Actor = z.infer<typeof Actor>;

/**
 * What part of `data` came from outside and must never be trusted as instruction:
 * dotted paths into `data`, with `*` for every element.
 */
export const Provenance = z.object({ untrusted: z.array(z.string()) });
export type Provenance = z.infer<typeof Provenance>;

/** The one envelope every fact on the bus travels in; EventBridge's detail-type equals `type`. */
export const Envelope = z.object({
  id: z.string().min(1),
  type: z.string().regex(/^[a-z]+(\.[a-z-]+)+\.v\d+$/),
  time: z.iso.datetime(),
  tenantId: z.string().min(1),
  source: z.string().min(1),
  traceId: z.string().min(1),
  causationId: z.string().nullable(),
  actor: Actor,
  provenance: Provenance,
  data: z.record(z.string(), z.unknown()),
});
export type Envelope<Data = Record<string, unknown>> = Omit<z.infer<typeof Envelope>, "data"> & {
  data: Data;
};
