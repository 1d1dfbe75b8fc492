export { type Authenticated, makeAuthenticate } from "./authenticate.ts";
export { routeAccess } from "./permissions.ts";
export { issueLocalSignIn, seedLocalTenant } from "./seed-local-tenant.ts";
export { isLoopback, sessionCookie, sessionCookieHeader } from "./session-cookie.ts";
export { makeSessionStore, type SessionStore, sessionMs } from "./session-store.ts";
export { makeTenantStore, type TenantStore } from "./tenant-store.ts";
