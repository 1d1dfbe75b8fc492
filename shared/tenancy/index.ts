export { makeAuthenticate } from "./authenticate.ts";
export { makeReadAuthority } from "./authority.ts";
export { createTenantWithKeys, issueRescueLink } from "./create-tenant-with-keys.ts";
export { makeInvitationStore } from "./invitation-store.ts";
export { makeMayListen } from "./may-listen.ts";
export { routeAccess } from "./permissions.ts";
export { issueLocalSignIn, localAdministrator, seedLocalTenant } from "./seed-local-tenant.ts";
export { isLoopback } from "./session-cookie.ts";
export { makeTenantStore } from "./tenant-store.ts";
