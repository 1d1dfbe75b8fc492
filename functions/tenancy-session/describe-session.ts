import { isoTime } from "../../shared/platform/clock.ts";
import type { HttpRequest } from "../../shared/platform/http/request.ts";
import type { Authenticated } from "../../shared/tenancy/authenticate.ts";
import { isLoopback } from "../../shared/tenancy/index.ts";
import type { Session } from "../../shared/tenancy/schemas.ts";
import type { Services } from "./services.ts";

type Deps = Pick<
  Services,
  "tenants" | "persons" | "readAuthority" | "dashboardUrl" | "realtimeUrl" | "local"
>;

/** `GET /api/session`: who is asking, what it may do, and which tenants it could switch to. */
export async function describeSession(
  request: HttpRequest,
  principal: Authenticated,
  deps: Deps,
): Promise<Session> {
  const { tenantId, actor, scopes, expiresAtMs, session } = principal;
  const [tenant, tenants] = await Promise.all([
    deps.tenants.getTenant(tenantId),
    session ? tenantsOf(session.session.personId, deps) : [],
  ]);
  const allowed = session ? session.authority.projects : principal.projects;
  return {
    tenantId,
    tenantName: tenant.name,
    actor,
    scopes: [...scopes],
    role: session?.authority.role ?? null,
    projects: allowed ? [...allowed] : null,
    project: session?.session.project ?? null,
    tenants,
    realtimeUrl: deps.realtimeUrl || realtimeUrlOf(request, deps),
    local: deps.local,
    expiresAt: expiresAtMs === null ? null : isoTime(expiresAtMs),
  };
}

async function tenantsOf(personId: string, deps: Deps): Promise<Session["tenants"]> {
  const person = await deps.persons.find(personId);
  const found = await Promise.all(
    (person?.tenantIds ?? []).map(async (tenantId) => {
      const authority = await deps.readAuthority(tenantId, personId);
      const tenant = authority && (await deps.tenants.findTenant(tenantId));
      return tenant ? [{ tenantId, name: tenant.name, role: authority.role }] : [];
    }),
  );
  return found.flat();
}

/** By the name of this machine that was asked; any other name may be anybody's, and is not repeated. */
function realtimeUrlOf(request: HttpRequest, { dashboardUrl }: Deps): string {
  const host = request.headers["host"] ?? "";
  return isLoopback(host) ? `ws://${host}/ws` : `${dashboardUrl.replace(/^http/, "ws")}/ws`;
}
