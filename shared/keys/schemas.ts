import { z } from "zod";
import { Actor } from "../../events/envelope.ts";
import { ProjectId, Scope } from "../tenancy/schemas.ts";

/** `retiring`: replaced by a newer key, and accepted until `expiresAt` so that senders can change over. */
export const ApiKeyState = z.enum(["active", "retiring", "expired", "revoked"]);
export type ApiKeyState = z.infer<typeof ApiKeyState>;

/** What may be shown of an API key: never its secret nor the hash. */
export const ApiKey = z.object({
  id: z.string(),
  name: z.string(),
  /** How the key begins, to find it in a configuration: `so_live_AbC…_`. */
  prefix: z.string(),
  scopes: z.array(Scope),
  /** null = every project of the tenant. */
  projectId: z.string().nullable(),
  state: ApiKeyState,
  createdAt: z.iso.datetime(),
  createdBy: Actor.nullable(),
  /** null = never. */
  expiresAt: z.iso.datetime().nullable(),
  revokedAt: z.iso.datetime().nullable(),
  /** Of the last request that it was seen with, a few minutes behind; null = not in the last 90 days. */
  lastUsedAt: z.iso.datetime().nullable(),
  /** The key that takes its place, where it was rotated. */
  replacedBy: z.string().nullable(),
});
export type ApiKey = z.infer<typeof ApiKey>;

export const ApiKeyList = z.object({ items: z.array(ApiKey), cursor: z.string().nullable() });
export type ApiKeyList = z.infer<typeof ApiKeyList>;

/** `GET /api/keys`: newest first, ended ones among them. */
export const ApiKeyFilter = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(2_000).optional(),
});
export type ApiKeyFilter = z.infer<typeof ApiKeyFilter>;

/** `POST /api/keys`. Nobody can hand out a scope they do not hold. */
export const ApiKeyInput = z.strictObject({
  name: z.string().trim().min(1).max(100),
  scopes: z.array(Scope).min(1).max(Scope.options.length),
  projectId: ProjectId.nullable().default(null),
  /** Days until it ends by itself; null = never. */
  expiresInDays: z.int().min(1).max(3_650).nullable().default(null),
});
export type ApiKeyInput = z.infer<typeof ApiKeyInput>;

/** `POST /api/keys/{id}/rotate`. */
export const RotateKeyInput = z.strictObject({
  /** How long the old key goes on being accepted; 0 ends it at once. */
  overlapHours: z.int().min(0).max(720).default(24),
});
export type RotateKeyInput = z.infer<typeof RotateKeyInput>;

/** The one answer that holds the key's text; it cannot be had again. */
export const ShownOnceKey = z.object({ key: ApiKey, text: z.string() });
export type ShownOnceKey = z.infer<typeof ShownOnceKey>;
