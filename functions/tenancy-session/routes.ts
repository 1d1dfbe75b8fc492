import { z } from "zod";
import { isoTime } from "../../shared/platform/clock.ts";
import { AppError, Invalid } from "../../shared/platform/errors.ts";
import { toProblem } from "../../shared/platform/http/problem.ts";
import { type HttpReply, type HttpRequest, readQuery } from "../../shared/platform/http/request.ts";
import type { Routes } from "../../shared/platform/lambda/http-door.ts";
import { isLoopback, sessionCookie, sessionCookieHeader, sessionMs } from "../../shared/tenancy/index.ts";
import type { Session } from "../../shared/tenancy/schemas.ts";
import type { Services } from "./services.ts";

const startPath = "/session/start";
const StartQuery = z.object({ token: z.string().max(200) });

export const routes: Routes<Services> = {
  [`GET ${startPath}`]: async (request, ctx, { sessions }) => {
    const { token } = readQuery(request, StartQuery);
    const { text } = await sessions.start(token, ctx.nowMs);
    return {
      status: 302,
      headers: { location: "/", "referrer-policy": "no-referrer" },
      cookies: [sessionCookieHeader(request, text, sessionMs / 1000)],
    };
  },

  "GET /api/session": async (request, ctx, services) => {
    const { scopes, expiresAtMs } = await services.authenticate(request);
    const tenant = await services.tenants.getTenant(ctx.tenantId);
    const session: Session = {
      tenantId: tenant.tenantId,
      tenantName: tenant.name,
      actor: ctx.actor,
      scopes: [...scopes],
      role: ctx.actor.kind === "person" ? "owner" : null,
      projects: null,
      project: null,
      tenants: [],
      realtimeUrl: services.realtimeUrl || realtimeUrlOf(request),
      local: services.local,
      expiresAt: expiresAtMs === null ? null : isoTime(expiresAtMs),
    };
    return { status: 200, body: session };
  },

  "POST /api/session/end": async (request, ctx, { sessions }) => {
    const text = request.cookies[sessionCookie];
    if (ctx.actor.kind === "key" || !text) {
      throw new Invalid("An API key has no session to end; revoke the key instead.");
    }
    await sessions.end(text);
    return { status: 204, cookies: [sessionCookieHeader(request, "", 0)] };
  },
};

/** A sign-in link is opened by a person, so what went wrong is said in plain text there. */
export function renderError(error: unknown, request: HttpRequest): HttpReply {
  const problem = toProblem(error, request.requestId);
  if (request.path !== startPath || !(error instanceof AppError)) return problem;
  return {
    ...problem,
    headers: { ...problem.headers, "content-type": "text/plain; charset=utf-8" },
    body: error.message,
  };
}

function realtimeUrlOf(request: HttpRequest): string {
  const host = request.headers["host"] ?? "";
  return `${isLoopback(host) ? "ws" : "wss"}://${host}/ws`;
}
