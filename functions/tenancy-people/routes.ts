import { contracted } from "../../shared/platform/http/contract.ts";
import { changeMember, listMembers, removeMember } from "../../shared/tenancy/change-member.ts";
import { peopleContracts } from "../../shared/tenancy/contracts.ts";
import { inviteMember, listInvitations, withdrawInvitation } from "../../shared/tenancy/invite-member.ts";
import { createProject, listProjects, renameProject } from "../../shared/tenancy/projects.ts";
import { readTenant, renameTenant } from "../../shared/tenancy/tenant-info.ts";
import type { Services } from "./services.ts";

export const routes = contracted(peopleContracts).with<Services>({
  "GET /api/tenant": async (_asked, ctx, { tenants }) => ({
    status: 200,
    body: await readTenant(ctx, tenants),
  }),
  "PATCH /api/tenant": async ({ body }, ctx, { tenants }) => ({
    status: 200,
    body: await renameTenant(ctx, body, tenants),
  }),

  "GET /api/projects": async ({ query }, ctx, services) => ({
    status: 200,
    body: await listProjects(ctx, query, services),
  }),
  "POST /api/projects": async ({ body }, ctx, services) => ({
    status: 201,
    body: await createProject(ctx, body, services),
  }),
  "PATCH /api/projects/{id}": async ({ params, body }, ctx, services) => ({
    status: 200,
    body: await renameProject(ctx, params.id, body, services),
  }),

  "GET /api/members": async ({ query }, ctx, services) => ({
    status: 200,
    body: await listMembers(ctx, query, services),
  }),
  "PATCH /api/members/{id}": async ({ params, body }, ctx, services) => ({
    status: 200,
    body: await changeMember(ctx, params.id, body, services),
  }),
  "DELETE /api/members/{id}": async ({ params }, ctx, services) => {
    await removeMember(ctx, params.id, services);
    return { status: 204 };
  },

  "GET /api/invitations": async ({ query }, ctx, services) => ({
    status: 200,
    body: await listInvitations(ctx, query, services),
  }),
  "POST /api/invitations": async ({ body }, ctx, services) => ({
    status: 201,
    body: await inviteMember(ctx, body, services),
  }),
  "DELETE /api/invitations/{id}": async ({ params }, ctx, services) => {
    await withdrawInvitation(ctx, params.id, services);
    return { status: 204 };
  },
});
