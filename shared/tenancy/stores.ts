import type { TenantTable } from "../platform/aws/tenant-table.ts";
import { makeAttemptStore } from "./attempt-store.ts";
import { makeReadAuthority } from "./authority.ts";
import { makeInvitationStore } from "./invitation-store.ts";
import { makeMemberStore } from "./member-store.ts";
import { makePersonStore } from "./person-store.ts";
import { makeProjectStore } from "./project-store.ts";
import { makeSessionStore } from "./session-store.ts";
import { makeSignInLinkStore } from "./sign-in-link-store.ts";
import { makeTenantStore } from "./tenant-store.ts";

/** All that signing in and looking after people need of the tenancy table. */
export function makeTenancyStores(table: TenantTable) {
  return {
    attempts: makeAttemptStore(table),
    invitations: makeInvitationStore(table),
    links: makeSignInLinkStore(table),
    members: makeMemberStore(table),
    persons: makePersonStore(table),
    projects: makeProjectStore(table),
    readAuthority: makeReadAuthority(table),
    sessions: makeSessionStore(table),
    tenants: makeTenantStore(table),
  };
}
export type TenancyStores = ReturnType<typeof makeTenancyStores>;
