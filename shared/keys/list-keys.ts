import type { makeBucketStore } from "../limits/index.ts";
import type { Ctx } from "../platform/context.ts";
import { refuseNarrowedKey } from "../platform/labels/project.ts";
import type { KeyDeps } from "./change-keys.ts";
import type { ApiKey, ApiKeyFilter, ApiKeyList } from "./schemas.ts";
import { showKey } from "./show-key.ts";

export interface ReadKeyDeps extends Pick<KeyDeps, "tenants"> {
  /** Whose buckets also tell when a key was last seen. */
  buckets: Pick<ReturnType<typeof makeBucketStore>, "lastUsed">;
}

/** The tenant's keys, newest first. Throws Forbidden for a key that is narrowed. */
export async function listKeys(
  ctx: Ctx,
  { limit, cursor }: ApiKeyFilter,
  { tenants, buckets }: ReadKeyDeps,
): Promise<ApiKeyList> {
  refuseNarrowedKey(ctx);
  const page = await tenants.listKeys(ctx.tenantId, limit, cursor);
  const used = await buckets.lastUsed(
    ctx.tenantId,
    page.items.map(({ keyId }) => keyId),
  );
  const items = page.items.map((key) => showKey(key, ctx.nowMs, used.get(key.keyId)));
  return { items, cursor: page.cursor ?? null };
}

/** Throws NotFound, and Forbidden for a key that is narrowed. */
export async function readKey(ctx: Ctx, keyId: string, { tenants, buckets }: ReadKeyDeps): Promise<ApiKey> {
  refuseNarrowedKey(ctx);
  const key = await tenants.getKey(ctx.tenantId, keyId);
  const used = await buckets.lastUsed(ctx.tenantId, [keyId]);
  return showKey(key, ctx.nowMs, used.get(keyId));
}
