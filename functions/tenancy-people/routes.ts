import { type HttpRequest, readJson, readQuery } from "../../shared/platform/http/request.ts";
import type { Routes } from "../../shared/platform/lambda/http-door.ts";
import { changeMember, listMembers, removeMember } from "../../shared/tenancy/change-member.ts";
import { inviteMember, listInvitations, withdrawInvitation } from "../../shared/tenancy/invite-member.ts";
import { createProject, listProjects, renameProject } from "../../shared/tenancy/projects.ts";
import {
  InvitationInput,
  MemberChange,
  PeopleQuery,
  ProjectChange,
  ProjectInput,
  TenantChange,
} from "../../shared/tenancy/schemas.ts";
import { readTenant, renameTenant } from "../../shared/tenancy/tenant-info.ts";
import type { Services } from "./services.ts";

const idOf = (request: HttpRequest) => request.params["id"] ?? "";

export const routes: Routes<Services> = {
  "GET /api/tenant": async (_request, ctx, { tenants }) => ({
    status: 200,
    body: await readTenant(ctx, tenants),
  }),
  "PATCH /api/tenant": async (request, ctx, { tenants }) => ({
    status: 200,
    body: await renameTenant(ctx, readJson(request, TenantChange), tenants),
  }),

  "GET /api/projects": async (request, ctx, services) => ({
    status: 200,
    body: await listProjects(ctx, readQuery(request, PeopleQuery), services),
  }),
  "POST /api/projects": async (request, ctx, services) => ({
    status: 201,
    body: await createProject(ctx, readJson(request, ProjectInput), services),
  }),
  "PATCH /api/projects/{id}": async (request, ctx, services) => ({
    status: 200,
    body: await renameProject(ctx, idOf(request), readJson(request, ProjectChange), services),
  }),

  "GET /api/members": async (request, ctx, services) => ({
    status: 200,
    body: await listMembers(ctx, readQuery(request, PeopleQuery), services),
  }),
  "PATCH /api/members/{id}": async (request, ctx, services) => ({
    status: 200,
    body: await changeMember(ctx, idOf(request), readJson(request, MemberChange), services),
  }),
  "DELETE /api/members/{id}": async (request, ctx, services) => {
    await removeMember(ctx, idOf(request), services);
    return { status: 204 };
  },

  "GET /api/invitations": async (request, ctx, services) => ({
    status: 200,
    body: await listInvitations(ctx, readQuery(request, PeopleQuery), services),
  }),
  "POST /api/invitations": async (request, ctx, services) => ({
    status: 201,
    body: await inviteMember(ctx, readJson(request, InvitationInput), services),
  }),
  "DELETE /api/invitations/{id}": async (request, ctx, services) => {
    await withdrawInvitation(ctx, idOf(request), services);
    return { status: 204 };
  },
};
