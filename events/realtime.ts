import { z } from "zod";

export const ConnectionExpiredV1 = z.object({
  connectionId: z.string(),
  /** When the credential it was opened with is over; the event may come seconds before. */
  until: z.iso.datetime(),
});
export type ConnectionExpiredV1 = z.infer<typeof ConnectionExpiredV1>;
