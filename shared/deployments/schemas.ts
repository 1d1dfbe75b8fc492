import { z } from "zod";
import { Actor } from "../../events/envelope.ts";
import { defaultProject, ProjectId } from "../tenancy/schemas.ts";

/** A new version rolled out, or a setting, flag or limit that was changed. */
export const DeploymentKind = z.enum(["deployment", "configuration"]);
export type DeploymentKind = z.infer<typeof DeploymentKind>;

const WebLink = z.url({ protocol: /^https?$/ }).max(2_048);

/**
 * `POST /api/deployments`: what a pipeline tells when it changed a service. The same `id` again is the same
 * deployment; without one, service, kind, version and time name it. In another project it is another one.
 */
export const DeploymentInput = z.strictObject({
  id: z
    .string()
    .regex(/^[\w.:/@-]{1,200}$/, "is not an id; use letters, digits and . : / @ _ -")
    .optional(),
  kind: DeploymentKind.default("deployment"),
  /** Left out: the one that the credential is narrowed to, else the default project. */
  project: ProjectId.optional(),
  service: z.string().trim().min(1).max(200),
  version: z.string().trim().min(1).max(200),
  /** When it took effect; now when left out. */
  at: z.iso.datetime({ offset: true }).optional(),
  environment: z.string().trim().min(1).max(100).optional(),
  /** Who did it, in the pipeline's words. */
  by: z.string().trim().min(1).max(200).optional(),
  /** The pipeline run, commit or change request. */
  link: WebLink.optional(),
  /** What changed, in a sentence or a commit message. */
  summary: z.string().trim().min(1).max(2_000).optional(),
});
export type DeploymentInput = z.infer<typeof DeploymentInput>;

export const Deployment = z.object({
  id: z.string(),
  /** The id the sender gave it, where it gave one. */
  externalId: z.string().nullable(),
  kind: DeploymentKind,
  project: z.string().default(defaultProject),
  service: z.string(),
  version: z.string(),
  at: z.iso.datetime(),
  environment: z.string().nullable(),
  by: z.string().nullable(),
  link: z.string().nullable(),
  summary: z.string().nullable(),
  recordedAt: z.iso.datetime(),
  recordedBy: Actor,
});
export type Deployment = z.infer<typeof Deployment>;

export const DeploymentList = z.object({ items: z.array(Deployment), cursor: z.string().nullable() });
export type DeploymentList = z.infer<typeof DeploymentList>;

/** `GET /api/deployments`, newest first. Times as in `GET /api/metrics/query`. */
export const DeploymentFilter = z.object({
  service: z.string().max(200).optional(),
  from: z.string().default("-30d"),
  to: z.string().default("now"),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().max(4_096).optional(),
});
export type DeploymentFilter = z.infer<typeof DeploymentFilter>;
