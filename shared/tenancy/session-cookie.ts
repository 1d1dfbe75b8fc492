import type { HttpRequest } from "../platform/http/request.ts";

export const sessionCookie = "so_session";

/** `Secure` is left out only where a browser speaks plain http to its own machine. */
export function sessionCookieHeader(request: HttpRequest, text: string, maxAgeS: number): string {
  const secure = isLoopback(request.headers["host"] ?? "") ? "" : "; Secure";
  return `${sessionCookie}=${text}; Path=/; Max-Age=${maxAgeS}; HttpOnly; SameSite=Lax${secure}`;
}

/** A `host[:port]` that names the very machine. */
export function isLoopback(host: string): boolean {
  return /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/.test(host);
}
