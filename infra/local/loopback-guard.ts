import type { IncomingMessage } from "node:http";

const loopbackHost = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;

/**
 * The engines behind the functions (tables, queues, bus) listen on loopback for this runtime alone. A web page
 * can reach loopback ports too, by name rebinding or a plain form, so every call must name a loopback host,
 * come from no page, and carry the access key that only this runtime's functions were given.
 */
export function isOwnCall(request: IncomingMessage, accessKeyId: string): boolean {
  const { host, origin, authorization } = request.headers;
  return (
    loopbackHost.test(host ?? "") &&
    origin === undefined &&
    (authorization ?? "").includes(`Credential=${accessKeyId}/`)
  );
}
