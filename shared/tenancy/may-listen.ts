import type { TenantTable } from "../platform/aws/tenant-table.ts";
import { projectsInView } from "./authenticate-session.ts";
import { makeReadAuthority } from "./authority.ts";
import { roleLevels } from "./roles.ts";
import { makeSessionStore } from "./session-store.ts";
import { makeTenantStore } from "./tenant-store.ts";

interface Listening {
  tenantId: string;
  listener: { personId: string; sessionId: string } | null;
  keyId: string | null;
  /** When the key ends, as far as was known then. */
  untilMs: number | null;
  projects: readonly string[] | null;
}

/** Whether what a stream was opened with still stands, unchanged; read each time. */
export function makeMayListen(table: TenantTable) {
  const sessions = makeSessionStore(table);
  const tenants = makeTenantStore(table);
  const readAuthority = makeReadAuthority(table);
  return async ({ tenantId, listener, keyId, untilMs, projects }: Listening): Promise<boolean> => {
    if (listener === null) {
      const key = keyId === null ? undefined : await tenants.findKey(keyId);
      return key?.tenantId === tenantId && key.revokedAtMs === null && key.expiresAtMs === untilMs;
    }
    const [session, authority] = await Promise.all([
      sessions.find(listener.sessionId),
      readAuthority(tenantId, listener.personId),
    ]);
    if (session?.tenantId !== tenantId || !authority) return false;
    const levels: readonly string[] = roleLevels[authority.role];
    const inView = projectsInView(authority.projects, session.project);
    return levels.includes("read") && JSON.stringify(inView) === JSON.stringify(projects);
  };
}
