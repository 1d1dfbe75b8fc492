import { isoTime } from "../platform/clock.ts";
import type { Ctx } from "../platform/context.ts";
import { NotFound } from "../platform/errors.ts";
import { lastSeenMs, type Seen } from "./observation.ts";
import type { Dependency, Service, ServiceList } from "./schemas.ts";
import { type Declared, maxServices, type ServiceStore } from "./service-store.ts";

/** Every service, by name: those people declared and those telemetry shows. */
export async function listServices(ctx: Ctx, services: ServiceStore): Promise<ServiceList> {
  const [declared, learned] = await Promise.all([
    services.listDeclared(ctx.tenantId),
    services.listLearned(ctx.tenantId),
  ]);
  const seenBy = new Map(learned.items.map(({ name, seen }) => [name, seen]));
  const declaredBy = new Map(declared.items.map((one) => [one.name, one]));
  const names = [...new Set([...declaredBy.keys(), ...seenBy.keys()])].sort();
  return {
    items: names.slice(0, maxServices).map((name) => toService(name, declaredBy.get(name), seenBy.get(name))),
    truncated: declared.truncated || learned.truncated || names.length > maxServices,
  };
}

/** Throws NotFound where neither people nor telemetry know it. */
export async function readService(ctx: Ctx, name: string, services: ServiceStore): Promise<Service> {
  const [declared, seen, metrics] = await Promise.all([
    services.declared(ctx.tenantId, name),
    services.learned(ctx.tenantId, name),
    services.metricsOf(ctx.tenantId, [name]),
  ]);
  if (!declared && !seen) throw new NotFound("service", name);
  const whole = seen && { ...seen, metrics: metrics.get(name) ?? seen.metrics };
  return toService(name, declared, whole);
}

export function toService(name: string, declared: Declared | undefined, seen: Seen | undefined): Service {
  const seenMs = seen && lastSeenMs(seen);
  return {
    name,
    owner: declared?.owner ?? null,
    description: declared?.description ?? null,
    runbooks: declared?.runbooks ?? [],
    dependencies: dependenciesOf(declared, seen),
    hosts: [...(seen?.hosts.keys() ?? [])].sort(),
    known: declared ? "declared" : "learned",
    lastSeenAt: seenMs === undefined ? null : isoTime(seenMs),
    updatedAt: declared?.updatedAt ?? null,
    updatedBy: declared?.updatedBy ?? null,
    version: declared?.version ?? 0,
  };
}

function dependenciesOf(declared: Declared | undefined, seen: Seen | undefined): Dependency[] {
  const said = new Set(declared?.dependencies ?? []);
  const shown = [...(seen?.callees.keys() ?? [])].filter((service) => !said.has(service)).sort();
  return [
    ...[...said].sort().map((service) => ({ service, known: "declared" as const })),
    ...shown.map((service) => ({ service, known: "learned" as const })),
  ];
}
