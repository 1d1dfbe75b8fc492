import type { RuleStore } from "../alerts/index.ts";
import type { IncidentLists, IncidentRecord } from "../incidents/index.ts";
import type { IncidentAlert } from "../incidents/schemas.ts";
import type { Ctx } from "../platform/context.ts";
import { entityOf, type LearnDeps, listServices, type Observation, observeNew } from "../services/index.ts";
import { type Known, reachOf } from "./reach.ts";
import type { Scope, Window } from "./scope.ts";

export interface ScopeDeps extends LearnDeps {
  lists: Pick<IncidentLists, "alerts" | "find">;
  rules: Pick<RuleStore, "get">;
}

const maxAlerts = 200;
const historyMs = 60 * 60_000;
const longestMs = 30 * 60_000;

/** What the analysis of this incident is about: its alerts, its services, what is near them, and when. */
export async function scopeOf(
  ctx: Ctx,
  incident: IncidentRecord,
  deps: ScopeDeps,
): Promise<{ scope: Scope; window: Window }> {
  const { items: alerts } = await deps.lists.alerts(ctx.tenantId, incident.id, { limit: maxAlerts });
  const earliest = [...alerts].sort((a, b) => (a.startedAt < b.startedAt ? -1 : 1));
  const startMs = Date.parse(earliest[0]?.startedAt ?? incident.openedAt);
  const target = targetOf(incident, earliest);
  const [known, rule] = await Promise.all([
    knownServices(ctx, incident.project, deps),
    earliest[0] ? deps.rules.get(ctx.tenantId, earliest[0].ruleId) : undefined,
  ]);
  return {
    scope: { incident, alerts, targetMetric: rule?.rule.metric ?? null, reach: reachOf(target, known) },
    window: { fromMs: startMs - historyMs, startMs, toMs: Math.min(ctx.nowMs, startMs + longestMs) },
  };
}

/** The incident's service; else what most of its alerts are about; else the incident itself, which nothing is near. */
function targetOf(incident: IncidentRecord, alerts: readonly IncidentAlert[]): string {
  if (incident.service !== null) return incident.service;
  const counts = new Map<string, number>();
  for (const { labels } of alerts) {
    const entity = entityOf(labels);
    if (entity !== null) counts.set(entity, (counts.get(entity) ?? 0) + 1);
  }
  const [most] = [...counts].sort((a, b) => b[1] - a[1]);
  return most?.[0] ?? incident.title;
}

/** What was learned of the project's services, joined with what the index shows since. */
async function knownServices(ctx: Ctx, project: string, deps: LearnDeps): Promise<Known> {
  const own = [project];
  const [{ items }, learned, { observations }] = await Promise.all([
    listServices({ ...ctx, projects: own }, deps.services),
    deps.services.listLearned(ctx.tenantId, own),
    observeNew(ctx, deps, project),
  ]);
  const metrics = await deps.services.metricsOf(
    ctx.tenantId,
    project,
    learned.items.map(({ name }) => name),
  );
  const seen: Observation = new Map(
    learned.items.map(({ name, seen }) => [name, { ...seen, metrics: metrics.get(name) ?? new Map() }]),
  );
  for (const [name, fresh] of observations.get(project) ?? []) seen.set(name, fresh);
  return { services: items, seen };
}
