import type { Ctx } from "../../shared/platform/context.ts";
import { AppError } from "../../shared/platform/errors.ts";
import { toProblem } from "../../shared/platform/http/problem.ts";
import type { HttpReply, HttpRequest } from "../../shared/platform/http/request.ts";
import { refreshCookieHeader, sessionCookieHeader } from "../../shared/tenancy/session-cookie.ts";
import type { SignedIn } from "../../shared/tenancy/start-session.ts";

/** Addresses a person opens in the browser; what goes wrong there is for people to read. */
const forPeople = ["/session/start", "/session/sign-in", "/session/callback"];

export function signedInCookies(request: HttpRequest, signedIn: SignedIn): string[] {
  const { access, accessMs, refresh, refreshMs } = signedIn;
  return [
    sessionCookieHeader(request, access, Math.floor(accessMs / 1000)),
    refreshCookieHeader(request, refresh, Math.floor(refreshMs / 1000)),
  ];
}

export function clearedCookies(request: HttpRequest): string[] {
  return [sessionCookieHeader(request, "", 0), refreshCookieHeader(request, "", 0)];
}

/** What a session remembers of where it began. */
export function circumstancesOf(request: HttpRequest, { traceId, from, nowMs }: Ctx) {
  const userAgent = request.headers["user-agent"] ?? "";
  return { userAgent, address: request.sourceIp, traceId, from, nowMs };
}

/** Problem details for programs; plain words for people. */
export function renderError(error: unknown, request: HttpRequest): HttpReply {
  const problem = toProblem(error, request.requestId);
  if (!forPeople.includes(request.path) || !(error instanceof AppError)) return problem;
  return {
    ...problem,
    headers: { ...problem.headers, "content-type": "text/plain; charset=utf-8" },
    body: error.message,
  };
}
