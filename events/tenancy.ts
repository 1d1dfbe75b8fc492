import { z } from "zod";

export const Role = z.enum(["owner", "admin", "responder", "viewer"]);
export type Role = z.infer<typeof Role>;

/** null = every project of the tenant. */
const Projects = z.array(z.string()).nullable();
const member = { personId: z.string(), role: Role, projects: Projects };

export const MemberInvitedV1 = z.object({
  invitationId: z.string(),
  role: Role,
  projects: Projects,
  expiresAt: z.iso.datetime(),
});
export type MemberInvitedV1 = z.infer<typeof MemberInvitedV1>;

export const MemberJoinedV1 = z.object({ ...member, name: z.string(), invitationId: z.string() });
export type MemberJoinedV1 = z.infer<typeof MemberJoinedV1>;

export const MemberRoleChangedV1 = z.object({
  ...member,
  previousRole: Role,
  previousProjects: Projects,
});
export type MemberRoleChangedV1 = z.infer<typeof MemberRoleChangedV1>;

export const MemberRemovedV1 = z.object({ personId: z.string(), previousRole: Role });
export type MemberRemovedV1 = z.infer<typeof MemberRemovedV1>;

export const SessionEndedV1 = z.object({
  sessionId: z.string(),
  personId: z.string(),
  reason: z.enum(["signed-out", "signed-out-everywhere", "switched", "token-reused", "refused-by-provider"]),
});
export type SessionEndedV1 = z.infer<typeof SessionEndedV1>;
