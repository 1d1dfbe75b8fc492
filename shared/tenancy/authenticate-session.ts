import type { TenantTable } from "../platform/aws/tenant-table.ts";
import { Forbidden, Unauthenticated } from "../platform/errors.ts";
import type { HttpRequest } from "../platform/http/request.ts";
import { type Authority, makeReadAuthority, rememberAuthority } from "./authority.ts";
import { hashFits, parseCredential } from "./credential.ts";
import { type Level, roleLevels } from "./schemas.ts";
import { makeSessionStore, type StoredSession } from "./session-store.ts";

/** Who a session's cookie says is asking. */
export interface SessionPrincipal {
  tenantId: string;
  actor: { kind: "person"; id: string; name: string };
  scopes: readonly Level[];
  projects: readonly string[] | null;
  /** When the credential ends, and with it what is asked with it. */
  expiresAtMs: number;
  session: StoredSession;
  authority: Authority;
}

/**
 * Tells who is asking from the session cookie: the session is read each time, what the person may do at least
 * every `authorityKeptMs`. Throws Unauthenticated, and Forbidden where another site may have made the request.
 */
export function makeAuthenticateSession(options: {
  table: TenantTable;
  now: () => number;
  authorityKeptMs: number;
}) {
  const { table, now, authorityKeptMs } = options;
  const sessions = makeSessionStore(table);
  const readAuthority = rememberAuthority(makeReadAuthority(table), { keptMs: authorityKeptMs, now });

  return async (text: string, request: HttpRequest): Promise<SessionPrincipal> => {
    const given = parseCredential(text);
    const session = given?.kind === "session" ? await sessions.find(given.id) : undefined;
    const access = session?.access.find(({ hash }) => given && hashFits(given.hash, hash));
    if (!session || !access || access.expiresAtMs <= now() || session.endsAtMs <= now()) {
      throw new Unauthenticated("The session has ended; sign in again.");
    }
    refuseOtherSites(request);
    const { tenantId, personId } = session;
    const authority = await readAuthority(tenantId, personId);
    if (!authority) {
      throw new Unauthenticated("You are no member of this tenant any more; sign in again.");
    }
    return {
      tenantId,
      actor: { kind: "person", id: personId, name: authority.name },
      scopes: roleLevels[authority.role],
      projects: projectsInView(authority.projects, session.project),
      expiresAtMs: Math.min(access.expiresAtMs, session.endsAtMs),
      session,
      authority,
    };
  };
}

/** The project a person looks at narrows further what the role is narrowed to; it never widens it. */
export function projectsInView(
  allowed: readonly string[] | null,
  chosen: string | null,
): readonly string[] | null {
  if (chosen === null) return allowed;
  return allowed === null || allowed.includes(chosen) ? [chosen] : allowed;
}

/**
 * A browser adds the cookie to other sites' requests too. Sec-Fetch-Site tells who asked and no page can
 * forge it; browsers leave it out on plain http, where Origin has to name the host that is asked.
 */
export function refuseOtherSites(request: HttpRequest): void {
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
