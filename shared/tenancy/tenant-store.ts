import { randomBytes } from "node:crypto";
import { z } from "zod";
import { Actor, type Envelope } from "../../events/envelope.ts";
import { oneAtATime } from "../platform/aws/one-at-a-time.ts";
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
  /** Keys the marks that stand for the tenant's secrets; leaves this module through `redactionSalt` alone. */
  redactionSalt: z.string().default(""),
  version: z.int().default(0),
});
export type Tenant = z.infer<typeof Tenant>;

const Environment = z.enum(["live", "local"]);

/** An API key without its hash; of the secret nothing else is kept. */
export const KeyRecord = z.object({
  keyId: z.string(),
  tenantId: z.string(),
  environment: Environment.default("live"),
  name: z.string(),
  scopes: z.array(Scope),
  /** null = every project of the tenant. */
  projectId: z.string().nullable().default(null),
  createdAtMs: z.int(),
  createdBy: Actor.nullable().default(null),
  expiresAtMs: z.int().nullable(),
  revokedAtMs: z.int().nullable(),
  /** The key that takes its place. */
  replacedBy: z.string().nullable().default(null),
});
export type KeyRecord = z.infer<typeof KeyRecord>;

const StoredApiKey = KeyRecord.extend({ hash: z.string() });
export type StoredApiKey = z.infer<typeof StoredApiKey>;

export interface NewKey {
  environment: z.infer<typeof Environment>;
  name: string;
  scopes: readonly Scope[];
  projectId?: string | null;
  createdBy?: Actor;
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
        redactionSalt: randomBytes(32).toString("base64"),
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

    /** Keys the marks that stand for the tenant's secrets. A tenant without a salt of its own is salted by its id. */
    async redactionSalt(tenantId: string): Promise<string> {
      const tenant = await findTenant(tenantId);
      return tenant?.redactionSalt || tenantId;
    },

    /** Saves the tenant at its next version, with what it owes; "lost" = somebody changed it meanwhile. */
    async saveTenant(tenant: Tenant, events: readonly Envelope[] = []): Promise<Saved> {
      const { version } = tenant;
      const item = { ...tenantKey(tenant.tenantId), ...tenant, version: version + 1 };
      return table.change(platformTenant, item, events, version === 0 ? {} : { version });
    },

    /** Every tenant, oldest first: the work list of the schedules. */
    async listTenantIds(): Promise<string[]> {
      const ids: string[] = [];
      for await (const item of table.queryAll(platformTenant, { pk: "TENANTS" })) ids.push(item.sk);
      return ids;
    },

    /** The answer holds the key's text; it cannot be had again. What `owes` makes of the key is told with it. */
    async createKey(
      tenantId: string,
      input: NewKey,
      nowMs: number,
      owes: (key: KeyRecord) => Envelope[] = () => [],
    ): Promise<{ key: KeyRecord; text: string }> {
      const { id, hash, text } = mintCredential(input.environment);
      const key: KeyRecord = {
        keyId: id,
        tenantId,
        environment: input.environment,
        name: input.name,
        scopes: [...input.scopes],
        projectId: input.projectId ?? null,
        createdAtMs: nowMs,
        createdBy: input.createdBy ?? null,
        expiresAtMs: input.expiresAtMs,
        revokedAtMs: null,
        replacedBy: null,
      };
      const item: Item = {
        ...apiKeyKey(id),
        ...key,
        hash,
        gsi1pk: `KEYS#${tenantId}`,
        gsi1sk: `${isoTime(nowMs)}#${id}`,
      };
      await table.change(platformTenant, item, owes(key), { absent: true });
      return { key, text };
    },

    findKey,

    /** Another tenant's key is NotFound. */
    async getKey(tenantId: string, keyId: string): Promise<KeyRecord> {
      const key = await findKey(keyId);
      if (key?.tenantId !== tenantId) throw new NotFound("API key", keyId);
      return KeyRecord.parse(key);
    },

    /** What may become of a key: revoked, ended earlier, replaced. Known everywhere within half a minute. */
    async changeKey(key: KeyRecord, owed: readonly Envelope[]): Promise<void> {
      const { keyId, revokedAtMs, expiresAtMs, replacedBy } = key;
      await table.change(platformTenant, { ...apiKeyKey(keyId), revokedAtMs, expiresAtMs, replacedBy }, owed);
    },

    /** Counts and makes keys of a tenant while nobody else does. */
    oneKeyAtATime<T>(tenantId: string, work: () => Promise<T>): Promise<T> {
      return oneAtATime(table, tenantId, "API keys", work);
    },

    /** How many of the tenant's keys are such. */
    async countKeys(tenantId: string, fits: (key: KeyRecord) => boolean): Promise<number> {
      let count = 0;
      for await (const item of table.queryAll(platformTenant, { index: "gsi1", pk: `KEYS#${tenantId}` })) {
        if (fits(KeyRecord.parse(item))) count += 1;
      }
      return count;
    },

    /** The tenant's keys, newest first, revoked ones among them. */
    async listKeys(
      tenantId: string,
      limit: number,
      cursor?: string,
    ): Promise<{ items: KeyRecord[]; cursor: string | undefined }> {
      const page = await table.query(platformTenant, {
        index: "gsi1",
        pk: `KEYS#${tenantId}`,
        newestFirst: true,
        limit,
        cursor,
      });
      return { items: page.items.map((item) => KeyRecord.parse(item)), cursor: page.cursor };
    },
  };
}
export type TenantStore = ReturnType<typeof makeTenantStore>;
