import type { IncomingMessage } from "node:http";

const loopbackHost = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/;
const credential = /Credential=([^/,\s]+)\//;

/**
 * The engines behind the functions (tables, queues, bus) listen on loopback for this runtime alone. A web page
 * can reach loopback ports too, by name rebinding or a plain form, so every call must name a loopback host,
 * come from no page, and carry an access key that only this runtime's own were given: it is returned here.
 */
export function accessKeyOf(request: IncomingMessage): string | undefined {
  const { host, origin, authorization } = request.headers;
  if (!loopbackHost.test(host ?? "") || origin !== undefined) return undefined;
  return credential.exec(authorization ?? "")?.[1];
}
