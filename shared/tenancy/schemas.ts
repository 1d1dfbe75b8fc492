import { z } from "zod";
import { Actor } from "../../events/envelope.ts";
import { Role } from "../../events/tenancy.ts";

export { Role } from "../../events/tenancy.ts";
export type { Access } from "../platform/http/access.ts";
export { routeAccess } from "./permissions.ts";
export { roleLevels, roleSays, scopeLevels } from "./roles.ts";

/** What an API key may be made for; each route demands one level. */
export const Scope = z.enum(["ingest", "read", "operate", "admin"]);
export type Scope = z.infer<typeof Scope>;

/** What a credential is good for: a key's scopes, or what a person's role comes to. */
export const Level = z.enum([...Scope.options, "owner"]);
export type Level = z.infer<typeof Level>;

export { defaultProject } from "../platform/labels/project.ts";
/** Telemetry names it in the resource attribute `sentinelops.project`. */
export const ProjectId = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]{0,39}$/, "1 to 40 lower-case letters, digits and hyphens, as checkout");
/** Which projects something holds for; null = every project of the tenant. */
export const Projects = z.array(ProjectId).min(1).max(50).nullable();

const Name = z.string().trim().min(1).max(80);
const Email = z.email().max(254).toLowerCase();

/** `GET /api/tenant` */
export const TenantInfo = z.object({ tenantId: z.string(), name: z.string(), createdAt: z.iso.datetime() });
export type TenantInfo = z.infer<typeof TenantInfo>;
/** `PATCH /api/tenant` */
export const TenantChange = z.strictObject({ name: Name });
export type TenantChange = z.infer<typeof TenantChange>;

export const Project = z.object({ projectId: ProjectId, name: z.string(), createdAt: z.iso.datetime() });
export type Project = z.infer<typeof Project>;
/** `GET /api/projects`: those the credential may see, at most 50. */
export const ProjectList = z.object({ items: z.array(Project), cursor: z.string().nullable() });
export type ProjectList = z.infer<typeof ProjectList>;
/** `POST /api/projects` */
export const ProjectInput = z.strictObject({ projectId: ProjectId, name: Name });
export type ProjectInput = z.infer<typeof ProjectInput>;
/** `PATCH /api/projects/{id}` */
export const ProjectChange = z.strictObject({ name: Name });
export type ProjectChange = z.infer<typeof ProjectChange>;

export const PeopleQuery = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(50),
  cursor: z.string().max(4_096).optional(),
});
export type PeopleQuery = z.infer<typeof PeopleQuery>;

export const Member = z.object({
  personId: z.string(),
  /** null: signs in by the laptop's or the first link alone. */
  email: z.string().nullable(),
  name: z.string(),
  role: Role,
  projects: Projects,
  joinedAt: z.iso.datetime(),
});
export type Member = z.infer<typeof Member>;
/** `GET /api/members` */
export const MemberList = z.object({ items: z.array(Member), cursor: z.string().nullable() });
export type MemberList = z.infer<typeof MemberList>;
/**
 * `PATCH /api/members/{id}`. Owners alone make and unmake owners; the last one stays (409). Owners and
 * admins are never narrowed to projects.
 */
export const MemberChange = z.strictObject({ role: Role.optional(), projects: Projects.optional() });
export type MemberChange = z.infer<typeof MemberChange>;

export const InvitationState = z.enum(["open", "accepted", "withdrawn", "expired"]);
export type InvitationState = z.infer<typeof InvitationState>;
export const Invitation = z.object({
  invitationId: z.string(),
  email: z.string(),
  role: Role,
  projects: Projects,
  state: InvitationState,
  invitedBy: Actor,
  createdAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
});
export type Invitation = z.infer<typeof Invitation>;
/** `GET /api/invitations`, newest first */
export const InvitationList = z.object({ items: z.array(Invitation), cursor: z.string().nullable() });
export type InvitationList = z.infer<typeof InvitationList>;
/** `POST /api/invitations`. Owners alone invite owners. An earlier one to the same address is replaced. */
export const InvitationInput = z.strictObject({
  email: Email,
  role: Role,
  projects: Projects.default(null),
});
export type InvitationInput = z.infer<typeof InvitationInput>;
/** Its answer: `url` is shown once, works once and ends with the invitation. */
export const InvitationMade = z.object({
  invitation: Invitation,
  url: z.string(),
  /** The user pool mailed the person; otherwise the one who invites hands the link over. */
  mailed: z.boolean(),
});
export type InvitationMade = z.infer<typeof InvitationMade>;

/** `GET /api/session`: who is signed in. */
export const Session = z.object({
  tenantId: z.string(),
  tenantName: z.string(),
  actor: Actor,
  /** The levels the credential is good for; what the dashboard hides by, with `routeAccess`. */
  scopes: z.array(Level),
  /** null: an API key is asking. */
  role: Role.nullable(),
  /** What the credential is narrowed to; null = every project. */
  projects: Projects,
  /** The one project the person chose to look at; null = all of `projects`. */
  project: ProjectId.nullable(),
  /** Every tenant the person belongs to, this one among them; empty for an API key. */
  tenants: z.array(z.object({ tenantId: z.string(), name: z.string(), role: Role })),
  /** Where the WebSocket is. */
  realtimeUrl: z.string(),
  /** True on the laptop runtime, which serves `GET /local/inbox` and the people's passwords at `/idp/password`. */
  local: z.boolean(),
  /**
   * When the credential ends; null: an API key without an end is asking. A person's is short, and
   * `POST /session/refresh` makes a new one as long as the session lasts.
   */
  expiresAt: z.iso.datetime().nullable(),
});
export type Session = z.infer<typeof Session>;

/**
 * `POST /api/session/switch`: from the next request on the session is in that tenant (404 where the person is
 * no member) and looks at that project, or at all it may see. Answers 204; the stream has to be opened afresh.
 */
export const SessionSwitch = z.strictObject({ tenantId: z.string(), project: ProjectId.nullable() });
export type SessionSwitch = z.infer<typeof SessionSwitch>;

/** One of the person's own sessions, in whatever tenant. */
export const OwnSession = z.object({
  sessionId: z.string(),
  current: z.boolean(),
  signedInAt: z.iso.datetime(),
  /** To the quarter of an hour. */
  lastSeenAt: z.iso.datetime(),
  expiresAt: z.iso.datetime(),
  /** As the browser names itself. */
  userAgent: z.string(),
  address: z.string(),
});
export type OwnSession = z.infer<typeof OwnSession>;
/** `GET /api/sessions` */
export const OwnSessionList = z.object({ items: z.array(OwnSession), cursor: z.string().nullable() });
export type OwnSessionList = z.infer<typeof OwnSessionList>;
