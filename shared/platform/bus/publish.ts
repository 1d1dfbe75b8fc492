import type { Envelope } from "../../../events/envelope.ts";

/**
 * Puts events on the bus and returns when the bus has taken every one of them.
 * Throws Unavailable when some were still refused after the resends; the caller's outbox or queue tries again.
 */
export type Publish = (events: readonly Envelope[]) => Promise<void>;
