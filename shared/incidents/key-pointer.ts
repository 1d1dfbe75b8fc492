import { z } from "zod";

/** Which incident a correlation key leads to. An incident that does not exist yet is one somebody is opening. */
export const KeyPointer = z.object({
  key: z.string(),
  incidentId: z.string().nullable(),
  /** The ones before it, newest first: late news of their alerts still finds them. */
  formerIds: z.array(z.string()),
  version: z.int(),
});
export type KeyPointer = z.infer<typeof KeyPointer>;
