import type { HttpRequest } from "../platform/http/request.ts";

export const sessionCookie = "so_session";
export const refreshCookie = "so_refresh";
export const attemptCookie = "so_attempt";

/** `Secure` is left out only where a browser speaks plain http to its own machine. */
export function sessionCookieHeader(request: HttpRequest, text: string, maxAgeS: number): string {
  return cookieHeader(request, { name: sessionCookie, text, path: "/", maxAgeS, sameSite: "Lax" });
}

/** Sent to one address alone, so that no other route, log or extension point ever sees it. */
export function refreshCookieHeader(request: HttpRequest, text: string, maxAgeS: number): string {
  const path = "/session/refresh";
  return cookieHeader(request, { name: refreshCookie, text, path, maxAgeS, sameSite: "Strict" });
}

/** Lax, as the provider's page leads back here from another site. */
export function attemptCookieHeader(request: HttpRequest, text: string, maxAgeS: number): string {
  const path = "/session/callback";
  return cookieHeader(request, { name: attemptCookie, text, path, maxAgeS, sameSite: "Lax" });
}

/** A `host[:port]` that names the very machine. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/.test(host);
}

interface Cookie {
  name: string;
  text: string;
  path: string;
  maxAgeS: number;
  sameSite: "Lax" | "Strict";
}

function cookieHeader(request: HttpRequest, { name, text, path, maxAgeS, sameSite }: Cookie): string {
  const secure = isLoopback(request.headers["host"] ?? "") ? "" : "; Secure";
  return `${name}=${text}; Path=${path}; Max-Age=${maxAgeS}; HttpOnly; SameSite=${sameSite}${secure}`;
}
