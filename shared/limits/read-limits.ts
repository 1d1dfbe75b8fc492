import { isoTime } from "../platform/clock.ts";
import type { Ctx } from "../platform/context.ts";
import type { BucketStore } from "./bucket-store.ts";
import { nextDayMs, type Quotas } from "./quotas.ts";
import { type Bucket, BucketOwner, type Limits, type Quota, type QuotaName, RouteClass } from "./schemas.ts";
import { type LimitSettings, quotaOf, rateOf } from "./settings.ts";

export interface ReadLimitsDeps {
  settings: LimitSettings;
  buckets: BucketStore;
  quotas: Quotas;
  /** How much there is of what is used by being there. */
  count: Readonly<Record<Exclude<QuotaName, "ai-tokens-per-day">, (tenantId: string) => Promise<number>>>;
}

/** The limits of the tenant and of who asks, and what is left of each. */
export async function readLimitsAndUse(ctx: Ctx, deps: ReadLimitsDeps): Promise<Limits> {
  const { settings, buckets, quotas, count } = deps;
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
  const countQuota = async (name: keyof typeof count): Promise<Quota> => ({
    name,
    limit: quotaOf(settings, name),
    used: await count[name](ctx.tenantId),
    resetsAt: null,
  });
  const tokens: Promise<Quota> = quotas
    .usedToday(ctx.tenantId, "ai-tokens-per-day", ctx.nowMs)
    .then((used) => ({
      name: "ai-tokens-per-day",
      limit: quotaOf(settings, "ai-tokens-per-day"),
      used,
      resetsAt: isoTime(nextDayMs(ctx.nowMs)),
    }));
  const [read, counted, daily] = await Promise.all([
    Promise.all(asked.map(readBucket)),
    Promise.all((Object.keys(count) as (keyof typeof count)[]).map(countQuota)),
    tokens,
  ]);
  return { buckets: read, quotas: [...counted, daily] };
}
