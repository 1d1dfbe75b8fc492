/** How many event frames one connection is worth at once, and again each second. */
const framesPerSecond = 50;

/** A bucket per tenant that a storm empties: then one frame that says "fetch afresh" stands for many. */
export class FrameBudget {
  readonly #buckets = new Map<string, { left: number; atMs: number }>();

  /** True when so many frames may be sent now. */
  take(tenantId: string, frames: number, nowMs: number): boolean {
    const bucket = this.#buckets.get(tenantId) ?? { left: framesPerSecond, atMs: nowMs };
    const refill = (Math.max(0, nowMs - bucket.atMs) / 1000) * framesPerSecond;
    const left = Math.min(framesPerSecond, bucket.left + refill);
    const enough = left >= frames;
    this.#buckets.set(tenantId, { left: enough ? left - frames : left, atMs: nowMs });
    return enough;
  }
}
