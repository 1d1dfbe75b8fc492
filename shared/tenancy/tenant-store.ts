import { z } from "zod";
import type { Envelope } from "../../events/envelope.ts";
import type { Item, Saved, TenantTable } from "../platform/aws/tenant-table.ts";
import { isoTime } from "../platform/clock.ts";
import { NotFound } from "../platform/errors.ts";
import { newId } from "../platform/ids.ts";
import { mintCredential } from "./credential.ts";
import { platformTenant } from "./platform-tenant.ts";
import { Scope } from "./schemas.ts";

export const Tenant = z.object({
  tenantId: z.string(),
  name: z.string(),
  createdAtMs: z.int(),
  /** Who its owners are, by person: in one place, so that two who unmake each other cannot both win. */
  owners: z.array(z.string()).default([]),
  version: z.int().default(0),
});
export type Tenant = z.infer<typeof Tenant>;

/** What may be shown of an API key: never its secret nor the hash. */
export const ApiKey = z.object({
  keyId: z.string(),
  tenantId: z.string(),
  name: z.string(),
  scopes: z.array(Scope),
  createdAtMs: z.int(),
  expiresAtMs: z.int().nullable(),
  revokedAtMs: z.int().nullable(),
});
export type ApiKey = z.infer<typeof ApiKey>;

const StoredApiKey = ApiKey.extend({ hash: z.string() });
export type StoredApiKey = z.infer<typeof StoredApiKey>;

export interface ApiKeyInput {
  environment: "live" | "local";
  name: string;
  scopes: readonly Scope[];
  expiresAtMs: number | null;
}

const tenantKey = (tenantId: string) => ({ pk: "TENANTS", sk: tenantId });
const apiKeyKey = (keyId: string) => ({ pk: `KEY#${keyId}`, sk: "KEY" });

/** Tenants and their API keys. */
export function makeTenantStore(table: TenantTable) {
  const findKey = async (keyId: string): Promise<StoredApiKey | undefined> => {
    const item = await table.get(platformTenant, apiKeyKey(keyId));
    return item && StoredApiKey.parse(item);
  };

  const findTenant = async (tenantId: string): Promise<Tenant | undefined> => {
    const item = await table.get(platformTenant, tenantKey(tenantId));
    return item && Tenant.parse(item);
  };

  return {
    async createTenant(input: { name: string; nowMs: number }): Promise<Tenant> {
      const tenant: Tenant = {
        tenantId: newId("tenant"),
        name: input.name,
        createdAtMs: input.nowMs,
        owners: [],
        version: 1,
      };
      await table.put(platformTenant, { ...tenantKey(tenant.tenantId), ...tenant }, { absent: true });
      return tenant;
    },

    /** Returns when the table answers, and throws when it does not. */
    async reach(): Promise<void> {
      await table.get(platformTenant, { pk: "HEALTH", sk: "HEALTH" });
    },

    findTenant,

    /** Throws NotFound. */
    async getTenant(tenantId: string): Promise<Tenant> {
      const tenant = await findTenant(tenantId);
      if (!tenant) throw new NotFound("tenant", tenantId);
      return tenant;
    },

    /** Saves the tenant at its next version, with what it owes; "lost" = somebody changed it meanwhile. */
    async saveTenant(tenant: Tenant, events: readonly Envelope[] = []): Promise<Saved> {
      const { version } = tenant;
      const item = { ...tenantKey(tenant.tenantId), ...tenant, version: version + 1 };
      return table.save(platformTenant, item, events, version === 0 ? {} : { version });
    },

    settleTenant: (tenantId: string, events: readonly Envelope[]) =>
      table.settle(platformTenant, tenantKey(tenantId), events),

    /** Every tenant, oldest first: the work list of the schedules. */
    async listTenantIds(): Promise<string[]> {
      const ids: string[] = [];
      for await (const item of table.queryAll(platformTenant, { pk: "TENANTS" })) ids.push(item.sk);
      return ids;
    },

    /** The answer holds the key's text; it cannot be had again. */
    async createKey(
      tenantId: string,
      input: ApiKeyInput,
      nowMs: number,
    ): Promise<{ key: ApiKey; text: string }> {
      const { id, hash, text } = mintCredential(input.environment);
      const key: ApiKey = {
        keyId: id,
        tenantId,
        name: input.name,
        scopes: [...input.scopes],
        createdAtMs: nowMs,
        expiresAtMs: input.expiresAtMs,
        revokedAtMs: null,
      };
      const item: Item = {
        ...apiKeyKey(id),
        ...key,
        hash,
        gsi1pk: `KEYS#${tenantId}`,
        gsi1sk: `${isoTime(nowMs)}#${id}`,
      };
      await table.put(platformTenant, item, { absent: true });
      return { key, text };
    },

    findKey,

    /** From then on the key is refused, within half a minute everywhere. Another tenant's key is NotFound. */
    async revokeKey(tenantId: string, keyId: string, nowMs: number): Promise<void> {
      const key = await findKey(keyId);
      if (key?.tenantId !== tenantId) throw new NotFound("API key", keyId);
      if (key.revokedAtMs === null) {
        await table.save(platformTenant, { ...apiKeyKey(keyId), revokedAtMs: nowMs });
      }
    },

    /** The tenant's keys, newest first, revoked ones among them. */
    async listKeys(
      tenantId: string,
      limit: number,
      cursor?: string,
    ): Promise<{ items: ApiKey[]; cursor: string | undefined }> {
      const page = await table.query(platformTenant, {
        index: "gsi1",
        pk: `KEYS#${tenantId}`,
        newestFirst: true,
        limit,
        cursor,
      });
      return { items: page.items.map((item) => ApiKey.parse(item)), cursor: page.cursor };
    },
  };
}
export type TenantStore = ReturnType<typeof makeTenantStore>;
