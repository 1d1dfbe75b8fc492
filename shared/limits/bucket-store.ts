import type { TenantTable } from "../platform/aws/tenant-table.ts";
import { type BucketOwner, RouteClass } from "./schemas.ts";

/** Names one bucket of a tenant. */
export interface BucketName {
  routeClass: RouteClass;
  owner: BucketOwner;
  /** "" for the tenant's own. */
  ownerId: string;
}

const minuteMs = 60_000;
/** A key's bucket also tells when it was last used. */
const rememberedMs = 90 * 86_400_000;

const bucketKey = ({ routeClass, owner, ownerId }: BucketName) => ({
  pk: `BUCKET#${owner}#${ownerId}`,
  sk: routeClass,
});

export type BucketStore = ReturnType<typeof makeBucketStore>;

/** The buckets of all processes: how full each is, as the moment at which it will have drained. */
export function makeBucketStore(table: TenantTable) {
  return {
    /** What is left after it was taken; undefined where so much is not there. */
    async take(
      tenantId: string,
      name: BucketName,
      { amount, perMinute, nowMs, inUse }: Take,
    ): Promise<number | undefined> {
      const unitMs = minuteMs / perMinute;
      const poured = {
        nowMs,
        amountMs: amount * unitMs,
        capacityMs: minuteMs,
        expiresAt: Math.ceil((nowMs + rememberedMs) / 1000),
      };
      const untilMs = await table.pour(tenantId, bucketKey(name), poured, inUse ? "filled" : "empty");
      return untilMs === undefined ? undefined : leftAt(untilMs, perMinute, nowMs);
    },

    /** What is left, by a read; the leases that processes hold count as used. */
    async left(tenantId: string, name: BucketName, perMinute: number, nowMs: number): Promise<number> {
      const item = await table.get(tenantId, bucketKey(name));
      return leftAt(Number(item?.["fullUntilMs"] ?? 0), perMinute, nowMs);
    },

    /** When each key was last seen, ms, to the lifetime of a lease; keys not seen for 90 days are left out. */
    async lastUsed(tenantId: string, keyIds: readonly string[]): Promise<Map<string, number>> {
      const keys = keyIds.flatMap((ownerId) =>
        RouteClass.options.map((routeClass) => bucketKey({ routeClass, owner: "key", ownerId })),
      );
      const used = new Map<string, number>();
      for (const item of await table.getMany(tenantId, keys)) {
        const keyId = item.pk.slice("BUCKET#key#".length);
        used.set(keyId, Math.max(used.get(keyId) ?? 0, Number(item["usedAtMs"])));
      }
      return used;
    },
  };
}

interface Take {
  amount: number;
  perMinute: number;
  nowMs: number;
  /** It was taken from a moment ago, so it is probably not full to the brim. */
  inUse: boolean;
}

function leftAt(untilMs: number, perMinute: number, nowMs: number): number {
  const usedMs = Math.max(0, untilMs - nowMs);
  return Math.max(0, Math.floor(((minuteMs - usedMs) / minuteMs) * perMinute));
}
