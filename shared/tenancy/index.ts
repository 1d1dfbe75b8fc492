export { makeAuthenticate } from "./authenticate.ts";
export { createTenantWithKeys } from "./create-tenant-with-keys.ts";
export { routeAccess } from "./permissions.ts";
export { makeRedactionSalt, type RedactionSalt } from "./redaction-salt.ts";
export { issueLocalSignIn, seedLocalTenant } from "./seed-local-tenant.ts";
export { isLoopback, sessionCookie, sessionCookieHeader } from "./session-cookie.ts";
export { makeSessionStore, sessionMs } from "./session-store.ts";
export { type KeyRecord, makeTenantStore, type NewKey } from "./tenant-store.ts";
