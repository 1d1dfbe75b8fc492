import type { Envelope } from "../../events/envelope.ts";
import { envelop } from "../platform/bus/envelop.ts";
import { graceMs } from "../platform/bus/sweep-outbox.ts";
import { isoTime } from "../platform/clock.ts";
import { Forbidden } from "../platform/errors.ts";
import type { HttpRequest } from "../platform/http/request.ts";
import { derivedId } from "../platform/ids.ts";
import type { Principal } from "../platform/lambda/http-door.ts";
import { type ConnectionStore, keepMs } from "./connection-store.ts";

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

/** How long before its end it is told of at most, so that all of the way there fits into the minute after. */
const aheadMs = 5_000;

/**
 * Lets a connection in by the credential of its handshake. Throws Unauthenticated, and Forbidden for a
 * credential that may not read or a page of another site: browsers send the cookie along from anywhere, and
 * no CORS rule stands before a WebSocket, but they always tell their Origin. When the credential is over before
 * the connection is, the end of the connection is owed with it, and the next sweep of the outbox tells it.
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
  const untilMs = session ? session.session.endsAtMs : (expiresAtMs ?? null);
  const outlives = untilMs !== null && untilMs < nowMs + keepMs;
  await connections.admit(
    {
      connectionId,
      tenantId,
      listener: session ? { personId: actor.id, sessionId: session.session.sessionId } : null,
      keyId: actor.kind === "key" ? actor.id : null,
      untilMs,
      projects: projects ? [...projects] : null,
    },
    nowMs,
    outlives ? [endOf({ tenantId, actor }, connectionId, untilMs, request.requestId)] : [],
  );
}

/** Dated so that a sweep finds it from a moment before the end on. */
function endOf(
  { tenantId, actor }: Pick<Principal, "tenantId" | "actor">,
  connectionId: string,
  untilMs: number,
  traceId: string,
): Envelope {
  const nowMs = untilMs - aheadMs - graceMs;
  return envelop({ tenantId, actor, traceId, causationId: null, nowMs }, "realtime", {
    id: derivedId("event", "connection.expired.v1", connectionId),
    type: "connection.expired.v1",
    data: { connectionId, until: isoTime(untilMs) },
  });
}

function isOwnPage({ headers }: HttpRequest, dashboardUrl: string): boolean {
  const origin = headers["origin"] ?? "";
  if (!URL.canParse(origin)) return false;
  if (URL.canParse(dashboardUrl) && new URL(dashboardUrl).origin === new URL(origin).origin) return true;
  return new URL(origin).host === headers["host"]?.toLowerCase();
}
