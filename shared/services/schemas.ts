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

/** Telemetry whose project has a longer name teaches no services; ids of projects are no longer either. */
export const longestProject = 40;

/** Whose service of that name is meant; by default that of the only project one is narrowed to, else the default's. */
export const ServiceWhere = z.object({ project: z.string().min(1).max(longestProject).optional() });
export type ServiceWhere = z.infer<typeof ServiceWhere>;

const ServiceName = z.string().trim().min(1).max(200);

/** `PUT /api/services/{name}`: what a person declares; what telemetry shows is kept beside it. */
export const ServiceInput = z.strictObject({
  owner: z.string().trim().max(200).nullable().default(null),
  description: z.string().trim().max(2_000).nullable().default(null),
  /** The services it calls, of its own project. */
  dependencies: z.array(ServiceName).max(200).default([]),
  runbooks: z.array(RunbookLink).max(20).default([]),
});
export type ServiceInput = z.infer<typeof ServiceInput>;

export const Dependency = z.object({ service: z.string(), known: Knowledge });
export type Dependency = z.infer<typeof Dependency>;

/** Services of two projects are two, though they have one name. */
export const Service = z.object({
  project: z.string(),
  name: z.string(),
  owner: z.string().nullable(),
  description: z.string().nullable(),
  runbooks: z.array(RunbookLink),
  /** The services of its project that it calls, declared ones first. */
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

/** `GET /api/services`: by name and project; all that the credential may see come in one page. */
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
      project: z.string(),
      service: z.string(),
      owner: z.string().nullable(),
      known: Knowledge,
      /** Open incidents of the service and the gravest severity among them; null = none. */
      openIncidents: z.int().nonnegative(),
      severity: Severity.nullable(),
    }),
  ),
  /** Caller and callee are of one project. */
  edges: z.array(z.object({ project: z.string(), caller: z.string(), callee: z.string(), known: Knowledge })),
  truncated: z.boolean(),
});
export type ServiceGraph = z.infer<typeof ServiceGraph>;
