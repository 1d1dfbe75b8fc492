import { audited } from "../audit/index.ts";
import { isoTime } from "../platform/clock.ts";
import type { Ctx } from "../platform/context.ts";
import { Conflict, Invalid, Unavailable } from "../platform/errors.ts";
import { defaultProject, mayUseProject } from "../platform/labels/project.ts";
import { readService } from "./read-services.ts";
import type { Service, ServiceInput } from "./schemas.ts";
import type { ServiceId, ServiceStore } from "./service-store.ts";

const maxTries = 5;
const maxNameLength = 200;

/**
 * Declares a service or replaces what was declared of it; what telemetry shows stays beside it. With `ifVersion`
 * it throws Conflict unless that is the version there is (0 = none yet). Throws Forbidden for a project that is not
 * among those one is narrowed to.
 */
export async function declareService(
  ctx: Ctx,
  { service, ifVersion, ...id }: ServiceId & { service: ServiceInput; ifVersion?: number | undefined },
  services: ServiceStore,
): Promise<Service> {
  const { name } = id;
  checkName(name);
  mayUseProject(ctx, id.project);
  if (service.dependencies.includes(name)) {
    throw new Invalid(`"${name}" cannot depend on itself; name the services it calls.`, "dependencies");
  }
  for (let tries = 0; tries < maxTries; tries++) {
    const before = await services.declared(ctx.tenantId, id);
    const version = before?.version ?? 0;
    if (ifVersion !== undefined && ifVersion !== version) {
      throw new Conflict(
        `Service "${name}" is at version ${version}, not ${ifVersion}; read it again and repeat the change.`,
        "If-Match",
      );
    }
    const declared = {
      ...service,
      dependencies: [...new Set(service.dependencies)],
      ...id,
      updatedAt: isoTime(ctx.nowMs),
      updatedBy: ctx.actor.name ?? ctx.actor.id,
      version: version + 1,
    };
    const owed = [
      audited(ctx, {
        did: "declared",
        resource: resourceOf(id),
        ...(before ? { before } : {}),
        after: declared,
      }),
    ];
    if ((await services.declare(ctx.tenantId, declared, before ? version : null, owed)) === "saved") {
      return readService(ctx, id, services);
    }
  }
  throw unsettled(name);
}

/**
 * Takes back what people declared and forgets what telemetry showed; a service that still sends comes back. Throws
 * NotFound, as for one of a project that may not be seen.
 */
export async function removeService(ctx: Ctx, id: ServiceId, services: ServiceStore): Promise<void> {
  for (let tries = 0; tries < maxTries; tries++) {
    const { owner, description, dependencies, runbooks, known, version } = await readService(
      ctx,
      id,
      services,
    );
    const before = { owner, description, dependencies, runbooks, known };
    const owed = [audited(ctx, { did: "removed", resource: resourceOf(id), before })];
    if ((await services.undeclare(ctx.tenantId, id, version, owed)) === "saved") {
      return services.forget(ctx.tenantId, id);
    }
  }
  throw unsettled(id.name);
}

const unsettled = (name: string) =>
  new Unavailable(`Service "${name}" was changed just now, and that is not settled; try again in a moment.`);

const resourceOf = ({ project, name }: ServiceId) => ({
  type: "service",
  id: project === defaultProject ? name : `${project}/${name}`,
  name,
});

function checkName(name: string): void {
  if (name.trim() !== name || name.length === 0 || name.length > maxNameLength) {
    throw new Invalid(
      `A service's name has 1 to ${maxNameLength} characters and no space at its ends.`,
      "name",
    );
  }
}
