import type { MetricStore } from "../metrics/index.ts";
import { projectMatchers } from "../platform/labels/project.ts";

type Metrics = Pick<MetricStore, "readPoints" | "query">;

/** A store of metrics that shows the series of one project alone: who may see an incident may see its evidence. */
export function withinProject(metrics: Metrics, project: string): Metrics {
  const own = projectMatchers([project]);
  return {
    readPoints: (tenantId, input, ...rest) =>
      metrics.readPoints(tenantId, { ...input, matchers: [...own, ...input.matchers] }, ...rest),
    query: (tenantId, input) => metrics.query(tenantId, { ...input, matchers: [...own, ...input.matchers] }),
  };
}
