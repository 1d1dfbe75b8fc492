import type { BucketName, BucketStore } from "./bucket-store.ts";

/** How a bucket stands after something was taken, as far as this process knows. */
export type Taken = { kind: "taken"; left: number } | { kind: "refused"; retryAfterMs: number };

interface Lease {
  left: number;
  /** Since it was taken. */
  served: number;
  endsMs: number;
  /** Left in the store beyond the lease. */
  storedLeft: number;
  /** Nothing will be there before this moment. */
  emptyUntilMs: number;
}

/** So much of a minute's worth is taken at once at most, so that a busy key costs one write in so many requests. */
const sliceShare = 0.1;
/** A process takes this many times what it served of its last lease: who is asked once holds nothing back. */
const growth = 2;
/** What a process has not used by then is lost, so that idle ones do not hoard. */
const leaseMs = 10_000;
/** A refusal is believed so long without asking again. */
const refusalMs = 500;
const maxLeases = 5_000;
const minuteMs = 60_000;

/**
 * Token buckets that many processes share. Each takes a slice of the bucket with one conditional write and serves
 * requests from it; when a slice is not there, what the one request needs is asked for.
 *
 * The promise: in any span of t minutes no more than (1 + t) times the rate passes, over all processes together,
 * and at most what the leases of the last ten seconds held besides. A request may be refused while up to a tenth of
 * the rate per other process lies unused in leases, for ten seconds at most, and never more than twice what that
 * process has served within the last twenty.
 */
export function makeLeases(store: BucketStore) {
  const leases = new Map<string, Lease>();
  const asking = new Map<string, Promise<unknown>>();

  const renew = async (id: string, tenantId: string, name: BucketName, need: Need): Promise<void> => {
    const { amount, perMinute, nowMs } = need;
    const known = leases.get(id);
    const served = known && known.endsMs > nowMs - leaseMs ? known.served : 0;
    const slice = Math.max(amount, Math.min(Math.floor(perMinute * sliceShare), growth * served));
    const inUse = known !== undefined;
    for (const wanted of slice > amount ? [slice, amount] : [amount]) {
      const storedLeft = await store.take(tenantId, name, { amount: wanted, perMinute, nowMs, inUse });
      if (storedLeft === undefined) continue;
      // What is left of the old lease is still this process's own.
      const held = leases.get(id);
      const kept = held && held.endsMs > nowMs ? held.left : 0;
      leases.delete(id);
      leases.set(id, {
        left: kept + wanted,
        served: 0,
        endsMs: nowMs + leaseMs,
        storedLeft,
        emptyUntilMs: 0,
      });
      forgetOldest(leases);
      return;
    }
    const storedLeft = await store.left(tenantId, name, perMinute, nowMs);
    const waitMs = Math.max(1, ((amount - storedLeft) / perMinute) * minuteMs);
    const emptyUntilMs = nowMs + Math.min(waitMs, refusalMs);
    const held = leases.get(id);
    leases.set(id, {
      left: held?.left ?? 0,
      served: held?.served ?? 0,
      endsMs: held?.endsMs ?? 0,
      storedLeft,
      emptyUntilMs,
    });
  };

  return {
    /** Takes `amount`; of requests that find the lease used up at once, one asks for the next. */
    async take(tenantId: string, name: BucketName, need: Need): Promise<Taken> {
      const { amount, perMinute, nowMs } = need;
      if (amount > perMinute) return { kind: "refused", retryAfterMs: minuteMs };
      const id = JSON.stringify([tenantId, name.routeClass, name.owner, name.ownerId]);
      for (;;) {
        const lease = leases.get(id);
        if (lease && lease.endsMs > nowMs && lease.left >= amount) {
          lease.left -= amount;
          lease.served += amount;
          return { kind: "taken", left: Math.floor(lease.left + lease.storedLeft) };
        }
        if (lease && lease.emptyUntilMs > nowMs) {
          const missing = amount - lease.storedLeft;
          return { kind: "refused", retryAfterMs: Math.max(1, (missing / perMinute) * minuteMs) };
        }
        const already = asking.get(id);
        if (already) {
          await already;
          continue;
        }
        const asked = renew(id, tenantId, name, need).finally(() => asking.delete(id));
        asking.set(id, asked);
        await asked;
      }
    },
  };
}
export type Leases = ReturnType<typeof makeLeases>;

export interface Need {
  amount: number;
  perMinute: number;
  nowMs: number;
}

function forgetOldest(leases: Map<string, Lease>): void {
  const [oldest] = leases.keys();
  if (leases.size > maxLeases && oldest !== undefined) leases.delete(oldest);
}
