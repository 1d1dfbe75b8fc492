import { Invalid, NotFound } from "../../shared/platform/errors.ts";
import { contracted } from "../../shared/platform/http/contract.ts";
import type { Authenticated } from "../../shared/tenancy/authenticate.ts";
import { refuseOtherSites } from "../../shared/tenancy/authenticate-session.ts";
import { sessionContracts } from "../../shared/tenancy/contracts.ts";
import { isLoopback } from "../../shared/tenancy/index.ts";
import { endAllSessions, endOwnSession, listOwnSessions } from "../../shared/tenancy/own-sessions.ts";
import { refreshSession } from "../../shared/tenancy/refresh-session.ts";
import { attemptCookie, attemptCookieHeader, refreshCookie } from "../../shared/tenancy/session-cookie.ts";
import { startSession } from "../../shared/tenancy/start-session.ts";
import { switchSession } from "../../shared/tenancy/switch-session.ts";
import { describeSession } from "./describe-session.ts";
import { circumstancesOf, clearedCookies, signedInCookies } from "./replies.ts";
import type { Services } from "./services.ts";

const attemptS = 600;

export const routes = contracted(sessionContracts).with<Services>({
  "GET /session/start": async ({ query, request }, ctx, { links, sessions, readAuthority }) => {
    const target = await links.redeem(query.token, ctx.nowMs);
    const personName = (await readAuthority(target.tenantId, target.personId))?.name ?? null;
    const started = { ...target, personName, ...circumstancesOf(request, ctx) };
    const signedIn = await startSession(started, sessions);
    return {
      status: 302,
      headers: { location: "/", "referrer-policy": "no-referrer" },
      cookies: signedInCookies(request, signedIn),
    };
  },

  "GET /session/sign-in": async ({ query: asked, request }, ctx, { signIn, dashboardUrl, local }) => {
    const host = request.headers["host"] ?? "";
    if (local && isLoopback(host) && host !== new URL(dashboardUrl).host) {
      // The provider leads back to the one address it knows, and the cookie has to be there.
      const query = new URLSearchParams(request.query).toString();
      return { status: 302, headers: { location: `${dashboardUrl}/session/sign-in?${query}` } };
    }
    const { url, attempt } = await signIn.begin(asked, ctx.nowMs);
    return {
      status: 302,
      headers: { location: url, "referrer-policy": "no-referrer" },
      cookies: [attemptCookieHeader(request, attempt, attemptS)],
    };
  },

  "GET /session/callback": async ({ request }, ctx, { signIn }) => {
    const { signedIn, returnTo } = await signIn.finish(
      request.query,
      request.cookies[attemptCookie],
      circumstancesOf(request, ctx),
    );
    return {
      status: 302,
      headers: { location: returnTo, "referrer-policy": "no-referrer" },
      cookies: [...signedInCookies(request, signedIn), attemptCookieHeader(request, "", 0)],
    };
  },

  "POST /session/refresh": async ({ request }, ctx, services) => {
    refuseOtherSites(request);
    const text = request.cookies[refreshCookie] ?? "";
    const { traceId, from, nowMs } = ctx;
    const signedIn = await refreshSession(
      { text, traceId, from, nowMs },
      { ...services, vouch: services.signIn.vouch },
    );
    return { status: 204, cookies: signedInCookies(request, signedIn) };
  },

  "GET /api/session": async ({ request }, _ctx, services) => ({
    status: 200,
    body: await describeSession(request, await services.authenticate(request), services),
  }),

  "POST /api/session/switch": async ({ body, request }, ctx, services) => {
    const { session } = personOf(await services.authenticate(request));
    await switchSession(ctx, session, body, services);
    return { status: 204 };
  },

  "POST /api/session/end": async ({ request }, ctx, services) => {
    const { session } = personOf(await services.authenticate(request));
    await endOwnSession(ctx, session.sessionId, services);
    return { status: 204, cookies: clearedCookies(request) };
  },

  "POST /api/session/end-all": async ({ request }, ctx, services) => {
    const { session } = personOf(await services.authenticate(request));
    await endAllSessions(ctx, session.sessionId, services);
    return { status: 204, cookies: clearedCookies(request) };
  },

  "GET /api/sessions": async ({ query, request }, ctx, services) => {
    const { session } = personOf(await services.authenticate(request));
    const deps = { sessions: services.sessions, currentId: session.sessionId };
    return { status: 200, body: await listOwnSessions(ctx, query, deps) };
  },

  "DELETE /api/sessions/{id}": async ({ params }, ctx, services) => {
    if (ctx.actor.kind !== "person") throw new NotFound("session", params.id);
    await endOwnSession(ctx, params.id, services);
    return { status: 204 };
  },
});

function personOf({ session }: Authenticated) {
  if (!session) throw new Invalid("An API key has no session; revoke the key to end what it may do.");
  return session;
}
