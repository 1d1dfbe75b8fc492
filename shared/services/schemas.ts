import { z } from "zod";
import { Severity } from "../../events/alerts.ts";

/** How the platform came to know it: a person or a pipeline said so, or telemetry showed it. */
export const Knowledge = z.enum(["declared", "learned"]);
export type Knowledge = z.infer<typeof Knowledge>;

export const RunbookLink = z.strictObject({
  title: z.string().trim().min(1).max(200),
  url: z.url({ protocol: /^https?$/ }).max(2_048),
});
export type RunbookLink = z.infer<typeof RunbookLink>;

const ServiceName = z.string().trim().min(1).max(200);

/** `PUT /api/services/{name}`: what a person declares; what telemetry shows is kept beside it. */
export const ServiceInput = z.strictObject({
  owner: z.string().trim().max(200).nullable().default(null),
  description: z.string().trim().max(2_000).nullable().default(null),
  /** The services it calls. */
  dependencies: z.array(ServiceName).max(200).default([]),
  runbooks: z.array(RunbookLink).max(20).default([]),
});
export type ServiceInput = z.infer<typeof ServiceInput>;

export const Dependency = z.object({ service: z.string(), known: Knowledge });
export type Dependency = z.infer<typeof Dependency>;

export const Service = z.object({
  name: z.string(),
  owner: z.string().nullable(),
  description: z.string().nullable(),
  runbooks: z.array(RunbookLink),
  /** The services it calls, declared ones first. */
  dependencies: z.array(Dependency),
  /** Hosts that its telemetry names. */
  hosts: z.array(z.string()),
  known: Knowledge,
  /** When telemetry last showed it, exact to some hours; null = it was only ever declared. */
  lastSeenAt: z.iso.datetime().nullable(),
  updatedAt: z.iso.datetime().nullable(),
  updatedBy: z.string().nullable(),
  version: z.int().nonnegative(),
});
export type Service = z.infer<typeof Service>;

/** `GET /api/services`: by name; a tenant's services come in one page. */
export const ServiceList = z.object({
  items: z.array(Service),
  /** There are more services than one answer holds. */
  truncated: z.boolean(),
});
export type ServiceList = z.infer<typeof ServiceList>;

/** `GET /api/services/graph`: who calls whom, and where an incident is open. */
export const ServiceGraph = z.object({
  nodes: z.array(
    z.object({
      service: z.string(),
      owner: z.string().nullable(),
      known: Knowledge,
      /** Open incidents of the service and the gravest severity among them; null = none. */
      openIncidents: z.int().nonnegative(),
      severity: Severity.nullable(),
    }),
  ),
  edges: z.array(z.object({ caller: z.string(), callee: z.string(), known: Knowledge })),
  truncated: z.boolean(),
});
export type ServiceGraph = z.infer<typeof ServiceGraph>;
