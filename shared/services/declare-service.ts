import { audited } from "../audit/index.ts";
import { isoTime } from "../platform/clock.ts";
import type { Ctx } from "../platform/context.ts";
import { Conflict, Invalid, Unavailable } from "../platform/errors.ts";
import { readService } from "./read-services.ts";
import type { Service, ServiceInput } from "./schemas.ts";
import type { ServiceStore } from "./service-store.ts";

const maxTries = 5;
const maxNameLength = 200;

/**
 * Declares a service or replaces what was declared of it; what telemetry shows stays beside it. With `ifVersion`
 * it throws Conflict unless that is the version there is (0 = none yet).
 */
export async function declareService(
  ctx: Ctx,
  { name, service, ifVersion }: { name: string; service: ServiceInput; ifVersion?: number | undefined },
  services: ServiceStore,
): Promise<Service> {
  checkName(name);
  if (service.dependencies.includes(name)) {
    throw new Invalid(`"${name}" cannot depend on itself; name the services it calls.`, "dependencies");
  }
  for (let tries = 0; tries < maxTries; tries++) {
    const before = await services.declared(ctx.tenantId, name);
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
      name,
      updatedAt: isoTime(ctx.nowMs),
      updatedBy: ctx.actor.name ?? ctx.actor.id,
      version: version + 1,
    };
    const owed = [
      audited(ctx, {
        did: "declared",
        resource: resourceOf(name),
        ...(before ? { before } : {}),
        after: declared,
      }),
    ];
    if ((await services.declare(ctx.tenantId, declared, before ? version : null, owed)) === "saved") {
      return readService(ctx, name, services);
    }
  }
  throw new Unavailable(`Service "${name}" is changing too fast just now; try again.`);
}

/** Takes back what people declared and forgets what telemetry showed; a service that still sends comes back. */
export async function removeService(ctx: Ctx, name: string, services: ServiceStore): Promise<void> {
  const { owner, description, dependencies, runbooks, known } = await readService(ctx, name, services);
  const before = { owner, description, dependencies, runbooks, known };
  const owed = [audited(ctx, { did: "removed", resource: resourceOf(name), before })];
  await services.undeclare(ctx.tenantId, name, owed);
  await services.forget(ctx.tenantId, name);
}

const resourceOf = (name: string) => ({ type: "service", id: name, name });

function checkName(name: string): void {
  if (name.trim() !== name || name.length === 0 || name.length > maxNameLength) {
    throw new Invalid(
      `A service's name has 1 to ${maxNameLength} characters and no space at its ends.`,
      "name",
    );
  }
}
