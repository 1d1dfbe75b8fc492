import { Forbidden } from "../platform/errors.ts";
import type { HttpRequest } from "../platform/http/request.ts";
import type { Principal } from "../platform/lambda/http-door.ts";
import type { ConnectionStore } from "./connection-store.ts";

/** A principal, and of a person the session it listens with. */
export interface Listener extends Principal {
  expiresAtMs?: number | null;
  session?: { session: { sessionId: string; endsAtMs: number } };
}

export interface AdmitDeps {
  /** Must not answer from memory: the answer holds as long as the connection does. */
  authenticate(request: HttpRequest): Promise<Listener>;
  connections: ConnectionStore;
  /** Where the dashboard is served. */
  dashboardUrl: string;
}

/**
 * Lets a connection in by the credential of its handshake. Throws Unauthenticated, and Forbidden for a
 * credential that may not read or a page of another site: browsers send the cookie along from anywhere, and
 * no CORS rule stands before a WebSocket, but they always tell their Origin.
 */
export async function admitConnection(
  connectionId: string,
  request: HttpRequest,
  nowMs: number,
  { authenticate, connections, dashboardUrl }: AdmitDeps,
): Promise<void> {
  const { tenantId, actor, scopes, projects, session, expiresAtMs } = await authenticate(request);
  if (!scopes.includes("read")) {
    throw new Forbidden(`This credential may ${scopes.join(", ") || "do nothing"}; live events need "read".`);
  }
  const byCookie = request.headers["authorization"] === undefined;
  if (byCookie && !isOwnPage(request, dashboardUrl)) {
    throw new Forbidden(
      "With a session cookie the Origin header must name the dashboard; programs send an API key in Authorization.",
    );
  }
  await connections.admit(
    {
      connectionId,
      tenantId,
      listener: session ? { personId: actor.id, sessionId: session.session.sessionId } : null,
      keyId: actor.kind === "key" ? actor.id : null,
      untilMs: session ? session.session.endsAtMs : (expiresAtMs ?? null),
      projects: projects ? [...projects] : null,
    },
    nowMs,
  );
}

function isOwnPage({ headers }: HttpRequest, dashboardUrl: string): boolean {
  const origin = headers["origin"] ?? "";
  if (!URL.canParse(origin)) return false;
  if (URL.canParse(dashboardUrl) && new URL(dashboardUrl).origin === new URL(origin).origin) return true;
  return new URL(origin).host === headers["host"]?.toLowerCase();
}
