import { audited } from "../audit/index.ts";
import type { Ctx } from "../platform/context.ts";
import { Conflict, Forbidden } from "../platform/errors.ts";
import { refuseNarrowedKey } from "../platform/labels/project.ts";
import type { KeyRecord, makeTenantStore, NewKey } from "../tenancy/index.ts";
import type { Scope } from "../tenancy/schemas.ts";
import type { ApiKeyInput, RotateKeyInput, ShownOnceKey } from "./schemas.ts";
import { isAccepted, keyFacts, showKey } from "./show-key.ts";

export interface KeyDeps {
  tenants: ReturnType<typeof makeTenantStore>;
  /** Throws Invalid where the tenant does not have it. */
  requireProject(tenantId: string, projectId: string): Promise<void>;
  environment: NewKey["environment"];
  /** The most keys a tenant may have that are accepted, by its quota. */
  maxKeys: number;
}

const dayMs = 86_400_000;
const hourMs = 3_600_000;

/**
 * A new key, its text in the answer and nowhere else ever again. Throws Forbidden for a scope that the asker
 * does not hold, Invalid for a project that the tenant does not have, and Conflict when it has all the keys it may
 * have.
 */
export async function createKey(
  ctx: Ctx,
  held: readonly string[],
  input: ApiKeyInput,
  deps: KeyDeps,
): Promise<ShownOnceKey> {
  refuseNarrowedKey(ctx);
  refuseMoreThanHeld(held, input.scopes);
  const { name, scopes, projectId, expiresInDays } = input;
  if (projectId !== null) await deps.requireProject(ctx.tenantId, projectId);
  const expiresAtMs = expiresInDays === null ? null : ctx.nowMs + expiresInDays * dayMs;
  return deps.tenants.oneKeyAtATime(ctx.tenantId, async () => {
    await refuseTooMany(ctx, deps);
    return issue(ctx, { name, scopes: [...new Set(scopes)], projectId, expiresAtMs }, deps);
  });
}

/**
 * A key of the same name, scopes and project in another's place; both are accepted until the overlap is over.
 * It lives as long as the old one was meant to. Throws NotFound, Forbidden as createKey does, and Conflict for a
 * key that has ended or was rotated already.
 */
export async function rotateKey(
  ctx: Ctx,
  held: readonly string[],
  { keyId, overlapHours }: RotateKeyInput & { keyId: string },
  deps: KeyDeps,
): Promise<ShownOnceKey> {
  refuseNarrowedKey(ctx);
  const before = await deps.tenants.getKey(ctx.tenantId, keyId);
  const { name, scopes, projectId, expiresAtMs, createdAtMs } = before;
  refuseMoreThanHeld(held, scopes);
  const { state } = showKey(before, ctx.nowMs, undefined);
  if (state !== "active") {
    throw new Conflict(`The key "${name}" is ${state}; only an active key can be rotated.`);
  }
  const successorEndMs = expiresAtMs === null ? null : ctx.nowMs + expiresAtMs - createdAtMs;
  const made = await issue(ctx, { name, scopes, projectId, expiresAtMs: successorEndMs }, deps);
  const endMs = ctx.nowMs + overlapHours * hourMs;
  const after = {
    ...before,
    replacedBy: made.key.id,
    expiresAtMs: expiresAtMs === null ? endMs : Math.min(expiresAtMs, endMs),
  };
  await deps.tenants.changeKey(after, [
    audited(ctx, {
      did: "rotated",
      resource: resourceOf(before),
      before: keyFacts(before),
      after: keyFacts(after),
    }),
  ]);
  return made;
}

/** The key is refused within half a minute. A second time changes nothing. Throws NotFound. */
export async function revokeKey(
  ctx: Ctx,
  keyId: string,
  { tenants }: Pick<KeyDeps, "tenants">,
): Promise<void> {
  refuseNarrowedKey(ctx);
  const before = await tenants.getKey(ctx.tenantId, keyId);
  if (before.revokedAtMs !== null) return;
  const after = { ...before, revokedAtMs: ctx.nowMs };
  const change = { resource: resourceOf(before), before: keyFacts(before), after: keyFacts(after) };
  await tenants.changeKey(after, [audited(ctx, { did: "revoked", ...change })]);
}

type NewKeyFacts = Omit<NewKey, "environment" | "createdBy">;

async function issue(ctx: Ctx, facts: NewKeyFacts, deps: KeyDeps): Promise<ShownOnceKey> {
  const input = { ...facts, environment: deps.environment, createdBy: ctx.actor };
  const { key, text } = await deps.tenants.createKey(ctx.tenantId, input, ctx.nowMs, (made) => [
    audited(ctx, { did: "created", resource: resourceOf(made), after: keyFacts(made) }),
  ]);
  return { key: showKey(key, ctx.nowMs, undefined), text };
}

/** Otherwise a key could make itself a mightier one. */
function refuseMoreThanHeld(held: readonly string[], wanted: readonly Scope[]): void {
  const missing = wanted.filter((scope) => !held.includes(scope));
  if (missing.length === 0) return;
  throw new Forbidden(`You cannot give a key what you may not do yourself: ${missing.join(", ")}.`);
}

async function refuseTooMany(ctx: Ctx, { tenants, maxKeys }: KeyDeps): Promise<void> {
  const accepted = await tenants.countKeys(ctx.tenantId, (key) => isAccepted(key, ctx.nowMs));
  if (accepted >= maxKeys) {
    throw new Conflict(`There are ${accepted} API keys that are accepted, and ${maxKeys} is the most.`);
  }
}

function resourceOf({ keyId, name }: KeyRecord) {
  return { type: "api-key", id: keyId, name };
}
