import { isoTime } from "../platform/clock.ts";
import type { Ctx } from "../platform/context.ts";
import { NotFound } from "../platform/errors.ts";
import { maySeeProject } from "../platform/labels/project.ts";
import { lastSeenMs, type Seen } from "./observation.ts";
import type { Dependency, Service, ServiceList } from "./schemas.ts";
import { type Declared, maxServices, type ServiceId, type ServiceStore } from "./service-store.ts";

/** Every service that may be seen, by name and project: those people declared and those telemetry shows. */
export async function listServices(
  { tenantId, projects = null }: Pick<Ctx, "tenantId" | "projects">,
  services: ServiceStore,
): Promise<ServiceList> {
  const [declared, learned] = await Promise.all([
    services.listDeclared(tenantId, projects),
    services.listLearned(tenantId, projects),
  ]);
  const known = new Map<string, Service>();
  const seenBy = new Map(learned.items.map((one) => [keyOf(one), one.seen]));
  for (const one of learned.items) known.set(keyOf(one), toService(one, undefined, one.seen));
  for (const one of declared.items) known.set(keyOf(one), toService(one, one, seenBy.get(keyOf(one))));
  const items = [...known.values()].sort((a, b) => inOrder(a.name, b.name) || inOrder(a.project, b.project));
  return {
    items: items.slice(0, maxServices),
    truncated: declared.truncated || learned.truncated || items.length > maxServices,
  };
}

const keyOf = ({ project, name }: ServiceId) => JSON.stringify([project, name]);
const inOrder = (a: string, b: string) => Number(a > b) - Number(a < b);

/** Throws NotFound where neither people nor telemetry know it, or its project may not be seen. */
export async function readService(ctx: Ctx, id: ServiceId, services: ServiceStore): Promise<Service> {
  const { project, name } = id;
  if (!maySeeProject(ctx, project)) throw new NotFound("service", name);
  const [declared, seen, metrics] = await Promise.all([
    services.declared(ctx.tenantId, id),
    services.learned(ctx.tenantId, id),
    services.metricsOf(ctx.tenantId, project, [name]),
  ]);
  if (!declared && !seen) throw new NotFound("service", name);
  const whole = seen && { ...seen, metrics: metrics.get(name) ?? seen.metrics };
  return toService(id, declared, whole);
}

function toService(
  { project, name }: ServiceId,
  declared: Declared | undefined,
  seen: Seen | undefined,
): Service {
  const seenMs = seen && lastSeenMs(seen);
  return {
    project,
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
