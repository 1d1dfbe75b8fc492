import type { TenantTable } from "../platform/aws/tenant-table.ts";
import { isoTime, nowMs } from "../platform/clock.ts";
import { Unauthenticated } from "../platform/errors.ts";
import type { HttpRequest } from "../platform/http/request.ts";
import type { Principal } from "../platform/lambda/http-door.ts";
import { makeAuthenticateSession, type SessionPrincipal } from "./authenticate-session.ts";
import { type Credential, hashFits, looksLikeCredential, parseCredential } from "./credential.ts";
import type { Level } from "./schemas.ts";
import { sessionCookie } from "./session-cookie.ts";
import { makeTenantStore, type StoredApiKey } from "./tenant-store.ts";

/** A principal and the moment its credential ends; null = never. */
export interface Authenticated extends Principal {
  scopes: readonly Level[];
  expiresAtMs: number | null;
  /** Of a person: the session, and what the person is in its tenant. */
  session?: Pick<SessionPrincipal, "session" | "authority">;
}

export interface AuthenticateOptions {
  table: TenantTable;
  now?: () => number;
  /** What a person may do is read again after so long; 0 where an answer decides for hours. */
  authorityKeptMs?: number;
}

/** A revoked key is refused within this time; an expired one at once. */
const cacheMs = 30_000;
const cacheSize = 1_000;
const unknown =
  "The API key is not known here; check that it belongs to this installation and was not revoked.";

/**
 * Tells who is asking from `Authorization: Bearer <key>` or, without one, from the session cookie.
 * Throws Unauthenticated; a key whose checksum is wrong is refused without a read. Throws Forbidden where a
 * session's cookie comes with a write that another site may have made.
 */
export function makeAuthenticate({ table, now = nowMs, authorityKeptMs = cacheMs }: AuthenticateOptions) {
  const tenants = makeTenantStore(table);
  const authenticateSession = makeAuthenticateSession({ table, now, authorityKeptMs });
  const cache = new Map<string, { key: StoredApiKey; readAtMs: number }>();

  const findKey = async (keyId: string): Promise<StoredApiKey | undefined> => {
    const held = cache.get(keyId);
    if (held && now() - held.readAtMs < cacheMs) return held.key;
    const readAtMs = now();
    const key = await tenants.findKey(keyId);
    cache.delete(keyId);
    if (key) cache.set(keyId, { key, readAtMs });
    const [oldest] = cache.keys();
    if (cache.size > cacheSize && oldest !== undefined) cache.delete(oldest);
    return key;
  };

  const byKey = async (given: Credential): Promise<Authenticated> => {
    const key = await findKey(given.id);
    if (!hashFits(given.hash, key?.hash) || !key) throw new Unauthenticated(unknown);
    if (key.revokedAtMs !== null) {
      throw new Unauthenticated(`The API key "${key.name}" was revoked on ${isoTime(key.revokedAtMs)}.`);
    }
    if (key.expiresAtMs !== null && key.expiresAtMs <= now()) {
      throw new Unauthenticated(`The API key "${key.name}" expired on ${isoTime(key.expiresAtMs)}.`);
    }
    const { tenantId, scopes, expiresAtMs } = key;
    const projects = key.projectId === null ? null : [key.projectId];
    return { tenantId, scopes, projects, expiresAtMs, actor: { kind: "key", id: key.keyId, name: key.name } };
  };

  const bySession = async (text: string, request: HttpRequest): Promise<Authenticated> => {
    const { session, authority, ...principal } = await authenticateSession(text, request);
    return { ...principal, session: { session, authority } };
  };

  return async (request: HttpRequest): Promise<Authenticated> => {
    refuseKeysInAddress(request);
    const header = request.headers["authorization"];
    const cookie = request.cookies[sessionCookie];
    if (header !== undefined) return byKey(readBearer(header));
    if (cookie) return bySession(cookie, request);
    throw new Unauthenticated("There is no credential; send the header Authorization: Bearer <API key>.");
  };
}

function readBearer(header: string): Credential {
  const text = /^Bearer +(\S+)\s*$/i.exec(header)?.[1];
  if (!text) throw new Unauthenticated("The Authorization header cannot be read; send Bearer <API key>.");
  const given = parseCredential(text);
  if (given?.kind !== "live" && given?.kind !== "local") {
    throw new Unauthenticated(
      "The API key is mistyped or cut off: its checksum does not fit. Copy it again whole, so_<environment>_….",
    );
  }
  return given;
}

/** Addresses end up in access logs and browser histories. */
function refuseKeysInAddress(request: HttpRequest): void {
  const name = Object.keys(request.query).find((key) => looksLikeCredential(request.query[key] ?? ""));
  if (name === undefined) return;
  throw new Unauthenticated(
    `An API key must not stand in the address (parameter "${name}"); send the header Authorization: Bearer <API key>, and replace this key, as addresses are logged.`,
  );
}
