import { isoTime } from "../platform/clock.ts";
import type { Ctx } from "../platform/context.ts";
import type { BucketStore } from "./bucket-store.ts";
import { type Bucket, BucketOwner, type Limits, type Quota, QuotaName, RouteClass } from "./schemas.ts";
import { type LimitSettings, quotaOf, rateOf } from "./settings.ts";

export interface ReadLimitsDeps {
  settings: LimitSettings;
  buckets: BucketStore;
  /** How much of each is there, or was used today. */
  count: Readonly<Record<QuotaName, (tenantId: string, nowMs: number) => Promise<number>>>;
}

const dayMs = 86_400_000;
const daily: readonly QuotaName[] = ["ai-tokens-per-day"];

/** The limits of the tenant and of who asks, and what is left of each. */
export async function readLimitsAndUse(ctx: Ctx, deps: ReadLimitsDeps): Promise<Limits> {
  const { settings, buckets, count } = deps;
  const asked = RouteClass.options.flatMap((routeClass) =>
    BucketOwner.options.flatMap((owner) => {
      const perMinute = rateOf(settings, routeClass, owner);
      const own = owner === "tenant" || owner === ctx.actor.kind;
      return own && perMinute !== undefined ? [{ routeClass, owner, perMinute }] : [];
    }),
  );
  const readBucket = async ({ routeClass, owner, perMinute }: (typeof asked)[number]): Promise<Bucket> => {
    const ownerId = owner === "tenant" ? null : ctx.actor.id;
    const name = { routeClass, owner, ownerId: ownerId ?? "" };
    const remaining = await buckets.left(ctx.tenantId, name, perMinute, ctx.nowMs);
    const unit = routeClass === "ingest" ? "bytes" : "requests";
    return { routeClass, owner, ownerId, unit, perMinute, remaining };
  };
  const countQuota = async (name: QuotaName): Promise<Quota> => ({
    name,
    limit: quotaOf(settings, name),
    used: Math.max(0, await count[name](ctx.tenantId, ctx.nowMs)),
    resetsAt: daily.includes(name) ? isoTime((Math.floor(ctx.nowMs / dayMs) + 1) * dayMs) : null,
  });
  const [read, counted] = await Promise.all([
    Promise.all(asked.map(readBucket)),
    Promise.all(QuotaName.options.map(countQuota)),
  ]);
  return { buckets: read, quotas: counted };
}
