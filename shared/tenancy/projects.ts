import { audited } from "../audit/index.ts";
import { isoTime } from "../platform/clock.ts";
import type { Ctx } from "../platform/context.ts";
import { Conflict, Invalid, LimitExceeded, NotFound } from "../platform/errors.ts";
import { maySeeProject, refuseNarrowedKey } from "../platform/labels/project.ts";
import type { ProjectStore, StoredProject } from "./project-store.ts";
import {
  defaultProject,
  type PeopleQuery,
  type Project,
  type ProjectChange,
  type ProjectInput,
  type ProjectList,
} from "./schemas.ts";
import type { TenantStore } from "./tenant-store.ts";

export interface ProjectDeps {
  projects: ProjectStore;
  tenants: TenantStore;
}

const mostProjects = 200;

/** The projects that the credential may see, the default one among them. */
export async function listProjects(
  ctx: Ctx,
  { limit, cursor }: PeopleQuery,
  { projects, tenants }: ProjectDeps,
): Promise<ProjectList> {
  const page = await projects.list(ctx.tenantId, limit, cursor);
  const first = cursor === undefined ? [await defaultOf(ctx.tenantId, { projects, tenants })] : [];
  const items = [...first, ...page.items.filter(({ projectId }) => projectId !== defaultProject)];
  return {
    items: items.filter(({ projectId }) => maySeeProject(ctx, projectId)).map(shown),
    cursor: page.cursor ?? null,
  };
}

/** Throws Conflict where there is one of that id, and LimitExceeded at 200 projects. */
export async function createProject(
  ctx: Ctx,
  { projectId, name }: ProjectInput,
  { projects }: Pick<ProjectDeps, "projects">,
): Promise<Project> {
  refuseNarrowedKey(ctx);
  const { tenantId, nowMs } = ctx;
  const taken = new Conflict(`There is a project "${projectId}" already.`, "projectId");
  if (projectId === defaultProject) throw taken;
  if ((await projects.count(tenantId)) >= mostProjects) {
    throw new LimitExceeded(`A tenant has at most ${mostProjects} projects.`, 3_600);
  }
  const project = { projectId, name, createdAtMs: nowMs };
  const after = { name };
  const owed = [audited(ctx, { did: "created", resource: resourceOf(project), after })];
  if ((await projects.create(tenantId, project, owed)) === "lost") throw taken;
  return shown(project);
}

/** Gives a project another name. One that is not there, or not to be seen, is NotFound. */
export async function renameProject(
  ctx: Ctx,
  projectId: string,
  { name }: ProjectChange,
  deps: ProjectDeps,
): Promise<Project> {
  refuseNarrowedKey(ctx);
  const { tenantId } = ctx;
  const project =
    projectId === defaultProject
      ? await defaultOf(tenantId, deps)
      : await deps.projects.find(tenantId, projectId);
  if (!project || !maySeeProject(ctx, projectId)) throw new NotFound("project", projectId);
  const next = { ...project, name };
  const change = { resource: resourceOf(next), before: { name: project.name }, after: { name } };
  await deps.projects.save(tenantId, next, [audited(ctx, { did: "renamed", ...change })]);
  return shown(next);
}

/** Throws Invalid naming the first project the tenant does not have. */
export async function requireProjects(
  tenantId: string,
  projectIds: readonly string[],
  { projects }: Pick<ProjectDeps, "projects">,
  field = "projects",
): Promise<void> {
  for (const projectId of projectIds) {
    if (projectId === defaultProject || (await projects.find(tenantId, projectId))) continue;
    throw new Invalid(`There is no project "${projectId}"; make it first.`, field);
  }
}

const resourceOf = ({ projectId, name }: StoredProject) => ({ type: "project", id: projectId, name });

/** It is kept like the others once somebody names it. */
async function defaultOf(tenantId: string, { projects, tenants }: ProjectDeps): Promise<StoredProject> {
  const named = await projects.find(tenantId, defaultProject);
  if (named) return named;
  const { createdAtMs } = await tenants.getTenant(tenantId);
  return { projectId: defaultProject, name: "Default", createdAtMs };
}

function shown({ projectId, name, createdAtMs }: StoredProject): Project {
  return { projectId, name, createdAt: isoTime(createdAtMs) };
}
