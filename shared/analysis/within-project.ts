import type { DeploymentStore } from "../deployments/index.ts";
import type { MetricStore } from "../metrics/index.ts";
import { fillPage } from "../platform/fill-page.ts";
import { projectMatchers } from "../platform/labels/project.ts";

type Metrics = Pick<MetricStore, "readPoints" | "query">;
type Deployments = Pick<DeploymentStore, "list">;

/** A store of metrics that shows the series of one project alone: who may see an incident may see its evidence. */
export function withinProject(metrics: Metrics, project: string): Metrics {
  const own = projectMatchers([project]);
  return {
    readPoints: (tenantId, input, ...rest) =>
      metrics.readPoints(tenantId, { ...input, matchers: [...own, ...input.matchers] }, ...rest),
    query: (tenantId, input) => metrics.query(tenantId, { ...input, matchers: [...own, ...input.matchers] }),
  };
}

/** The deployments of one project alone, as `withinProject` does with metrics. */
export function deploymentsOf(deployments: Deployments, project: string): Deployments {
  return {
    async list(tenantId, range) {
      const { items, cursor } = await fillPage(
        range,
        (part) => deployments.list(tenantId, { ...range, ...part }),
        (one) => one.project === project,
      );
      return { items, cursor: cursor ?? undefined };
    },
  };
}
