import type { TenantTable } from "../platform/aws/tenant-table.ts";
import { isoTime, nowMs } from "../platform/clock.ts";
import { Forbidden, Unauthenticated } from "../platform/errors.ts";
import type { HttpRequest } from "../platform/http/request.ts";
import type { Principal } from "../platform/lambda/http-door.ts";
import { type Credential, hashFits, looksLikeCredential, parseCredential } from "./credential.ts";
import type { Scope } from "./schemas.ts";
import { sessionCookie } from "./session-cookie.ts";
import { makeSessionStore } from "./session-store.ts";
import { makeTenantStore, type StoredApiKey } from "./tenant-store.ts";

/** A principal and the moment its credential ends; null = never. */
export interface Authenticated extends Principal {
  scopes: readonly Scope[];
  expiresAtMs: number | null;
}

export interface AuthenticateOptions {
  table: TenantTable;
  now?: () => number;
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
export function makeAuthenticate({ table, now = nowMs }: AuthenticateOptions) {
  const tenants = makeTenantStore(table);
  const sessions = makeSessionStore(table);
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
    const given = parseCredential(text);
    const session = given?.kind === "session" ? await sessions.find(given.id) : undefined;
    if (!given || !session || !hashFits(given.hash, session.hash) || session.expiresAtMs <= now()) {
      throw new Unauthenticated("The session has ended; sign in again.");
    }
    refuseOtherSites(request);
    const { tenantId, actor, scopes, expiresAtMs } = session;
    return { tenantId, actor, scopes, expiresAtMs };
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

/**
 * A browser adds the cookie to other sites' requests too. Sec-Fetch-Site tells who asked and no page can
 * forge it; browsers leave it out on plain http, where Origin has to name the host that is asked.
 */
function refuseOtherSites(request: HttpRequest): void {
  if (request.method === "GET" || request.method === "HEAD") return;
  const site = request.headers["sec-fetch-site"];
  const ours = site === undefined ? originIsHost(request) : site === "same-origin";
  if (!ours) {
    throw new Forbidden(
      "A signed-in browser may change things from SentinelOps' own pages only: the Origin header must name this host. Programs send an API key instead.",
    );
  }
}

function originIsHost(request: HttpRequest): boolean {
  const origin = request.headers["origin"] ?? "";
  return URL.canParse(origin) && new URL(origin).host === request.headers["host"];
}
