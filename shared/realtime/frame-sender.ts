import type { ServerFrame } from "./schemas.ts";

/** The way to an open connection. */
export interface FrameSender {
  /** "gone" = the client is no longer there. Throws when the frame could not be handed over in time. */
  send(connectionId: string, frame: ServerFrame): Promise<"sent" | "gone">;
  /** Hangs up, so that the client comes back and resumes. Harmless where nobody is. */
  close(connectionId: string): Promise<void>;
}

/** API Gateway takes 128 KB a message; a little is kept back. */
const maxFrameBytes = 120_000;

export function isTooLarge(frame: ServerFrame): boolean {
  return Buffer.byteLength(JSON.stringify(frame)) > maxFrameBytes;
}
