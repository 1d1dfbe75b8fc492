import { parseTimeRange } from "../metrics/index.ts";
import type { Ctx } from "../platform/context.ts";
import { NotFound } from "../platform/errors.ts";
import { fillPage } from "../platform/fill-page.ts";
import { maySeeProject } from "../platform/labels/project.ts";
import type { DeploymentStore } from "./deployment-store.ts";
import type { Deployment, DeploymentFilter, DeploymentList } from "./schemas.ts";

/** Newest first; a page may come short of its limit and still have a cursor. */
export async function listDeployments(
  ctx: Ctx,
  { service, from, to, limit, cursor }: DeploymentFilter,
  deployments: DeploymentStore,
): Promise<DeploymentList> {
  const range = parseTimeRange(from, to, ctx.nowMs);
  return fillPage(
    { limit, cursor },
    (part) => deployments.list(ctx.tenantId, { ...range, ...part }),
    (one) => (service === undefined || one.service === service) && maySeeProject(ctx, one.project),
  );
}

/** Throws NotFound, for another project's too. */
export async function readDeployment(
  ctx: Ctx,
  id: string,
  deployments: DeploymentStore,
): Promise<Deployment> {
  const deployment = await deployments.get(ctx.tenantId, id);
  if (!deployment || !maySeeProject(ctx, deployment.project)) throw new NotFound("deployment", id);
  return deployment;
}
