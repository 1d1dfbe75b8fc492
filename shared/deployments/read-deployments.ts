import { parseTimeRange } from "../metrics/index.ts";
import type { Ctx } from "../platform/context.ts";
import { NotFound } from "../platform/errors.ts";
import type { DeploymentStore } from "./deployment-store.ts";
import type { Deployment, DeploymentFilter, DeploymentList } from "./schemas.ts";

/** How many reads one request may take for the sake of a service that changes seldom. */
const maxReads = 10;

/** Newest first; a page may come short of its limit and still have a cursor. */
export async function listDeployments(
  ctx: Ctx,
  { service, from, to, limit, cursor }: DeploymentFilter,
  deployments: DeploymentStore,
): Promise<DeploymentList> {
  const range = parseTimeRange(from, to, ctx.nowMs);
  const items: Deployment[] = [];
  let next = cursor;
  let reads = 0;
  do {
    const page = await deployments.list(ctx.tenantId, {
      ...range,
      limit: limit - items.length,
      cursor: next,
    });
    items.push(...page.items.filter((one) => service === undefined || one.service === service));
    next = page.cursor;
  } while (next && items.length < limit && ++reads < maxReads);
  return { items, cursor: next ?? null };
}

/** Throws NotFound. */
export async function readDeployment(
  ctx: Ctx,
  id: string,
  deployments: DeploymentStore,
): Promise<Deployment> {
  const deployment = await deployments.get(ctx.tenantId, id);
  if (!deployment) throw new NotFound("deployment", id);
  return deployment;
}
