import type { IncidentRecord } from "../incidents/index.ts";
import type { MetricStore } from "../metrics/index.ts";
import { isoTime } from "../platform/clock.ts";
import type { Ctx } from "../platform/context.ts";
import type { Log } from "../platform/log.ts";
import { alertTimeOf } from "./alert-time.ts";
import { analysisIdOf } from "./analysis-store.ts";
import { buildCase } from "./build-case.ts";
import { collect } from "./collect.ts";
import { explainByRules } from "./explain-by-rules.ts";
import { gapsOf } from "./gaps.ts";
import { type Proposed, propose } from "./hypotheses.ts";
import { metricChange } from "./ranking/metric-change.ts";
import { rankCauses } from "./ranking/rank-causes.ts";
import { refute } from "./refute.ts";
import type { Analysis, Hypothesis } from "./schemas.ts";
import type { Scope, Window } from "./scope.ts";
import { type ScopeDeps, scopeOf } from "./scope-of.ts";
import { ranked, scoreOf } from "./score.ts";
import { alertsSource } from "./sources/alerts.ts";
import { type AnomaliesDeps, anomaliesSource } from "./sources/anomalies.ts";
import { type ChangesDeps, changesSource } from "./sources/changes.ts";
import { type DeploymentsDeps, deploymentsSource } from "./sources/deployments.ts";
import { type SimilarDeps, similarSource } from "./sources/similar.ts";
import { makeSteps, type Steps } from "./steps.ts";
import { deploymentsOf, withinProject } from "./within-project.ts";

export type SourceDeps = ChangesDeps & DeploymentsDeps & SimilarDeps & AnomaliesDeps;

export interface MakeDeps extends ScopeDeps, Omit<SourceDeps, "tenantId" | "signal" | "metrics"> {
  metrics: Pick<MetricStore, "readPoints" | "query">;
  log: Log;
  /** The clock that steps are timed by. */
  nowMs(): number;
}

/** Evidence beyond these comes from one more source in this list. */
const sources = [alertsSource, changesSource, deploymentsSource, similarSource, anomaliesSource] as const;
/** The whole of the collecting may take 30 s; what follows needs a little of them. */
const collectMs = 20_000;
const noCost = { calls: 0, inputTokens: 0, outputTokens: 0, costUsd: 0 };

export interface Made {
  analysis: Analysis;
  scope: Scope;
}

/**
 * Everything an analysis is, without a model: evidence, ranked hypotheses with what speaks against them, what
 * could not be seen, and an explanation by rules. Text from outside never moves a rank, and evidence is of the
 * incident's own project.
 */
export async function makeAnalysis(
  ctx: Ctx,
  incident: IncidentRecord,
  { version, trigger, askedMs }: Pick<Analysis, "version" | "trigger"> & { askedMs: number },
  given: MakeDeps,
): Promise<Made> {
  const { project } = incident;
  const metrics = withinProject(given.metrics, project);
  const deps = { ...given, metrics, deployments: deploymentsOf(given.deployments, project) };
  const steps = makeSteps(deps);
  const { scope, window } = await steps.take(
    "Looked at what is near the alerts",
    () => scopeOf(ctx, incident, deps),
    ({ scope: { reach } }) => `${reach.entities.length} services and hosts, ${reach.metrics.length} metrics`,
  );
  const signal = AbortSignal.timeout(collectMs);
  const sourceDeps: SourceDeps = { ...deps, tenantId: ctx.tenantId, signal };
  const found = await collect(sources, scope, window, sourceDeps, {
    withinMs: collectMs,
    steps,
    log: deps.log,
  });
  const causes = await steps.take(
    "Ranked the causes",
    async () => rankCauses(buildCase(scope, window, found)),
    (all) => `${all.length} candidates`,
  );
  const proposed = propose(scope, window, causes, found.evidence, found.measured);
  const hypotheses = await refuteAll(ctx.tenantId, proposed, scope, window, found, steps, deps);
  const head: Omit<Analysis, "explanation"> = {
    id: analysisIdOf(incident.id, version),
    incidentId: incident.id,
    version,
    incidentVersion: incident.version,
    status: "ranked",
    trigger,
    startedAt: isoTime(firstSignMs(hypotheses, proposed, window)),
    createdAt: isoTime(deps.nowMs()),
    rankedAfterMs: Math.max(0, deps.nowMs() - askedMs),
    cost: noCost,
    hypotheses,
    evidence: found.evidence,
    evidenceLeftOut: found.leftOut,
    gaps: gapsOf(scope, found.missed),
    steps: steps.steps,
  };
  return { analysis: { ...head, explanation: explainByRules(head, incident) }, scope };
}

async function refuteAll(
  tenantId: string,
  proposed: readonly Proposed[],
  scope: Scope,
  window: Window,
  found: { measured: readonly { series: Parameters<typeof metricChange>[0] }[] },
  steps: Steps,
  deps: MakeDeps,
): Promise<Hypothesis[]> {
  const suffering = { changedAtMs: firstChangeOf(scope, window, found.measured) };
  const tested = await Promise.all(
    proposed.map(async (one) => {
      const refutation = await steps.take(
        `Looked for what would speak against ${one.cause.service}`,
        () => refute(tenantId, one, scope, window, suffering, deps.metrics),
        ({ outcome }) => outcome,
      );
      const { id, cause, statement, parts, for: supporting, against } = one;
      const score = scoreOf(parts, refutation.moved);
      return { id, cause, statement, score, parts, for: supporting, against, refutation, feedback: null };
    }),
  );
  return ranked(tested);
}

/** When the service that was alerted on left its history, by the metric of the alert or else its strongest change, ms. */
function firstChangeOf(
  { reach, targetMetric }: Scope,
  { startMs }: Window,
  measured: readonly { series: Parameters<typeof metricChange>[0] }[],
): number | undefined {
  const alertTime = alertTimeOf(
    measured.map(({ series }) => series),
    startMs,
  );
  const own = measured.filter(({ series }) => series.service === reach.target);
  const alerted = own.filter(({ series }) => targetMetric !== null && series.metric.startsWith(targetMetric));
  const changes = (alerted.length > 0 ? alerted : own)
    .map(({ series }) => metricChange(series, alertTime))
    .filter(({ changedAt }) => changedAt !== undefined)
    .sort((a, b) => Math.abs(b.strength) - Math.abs(a.strength));
  const [strongest] = changes;
  return strongest?.changedAt === undefined ? undefined : strongest.changedAt * 1000;
}

/** When the likeliest cause moved, where it did so before the first alert. */
function firstSignMs(
  [first]: readonly Hypothesis[],
  proposed: readonly Proposed[],
  { startMs }: Window,
): number {
  const changedAtMs = proposed.find(({ id }) => id === first?.id)?.changedAtMs;
  return Math.round(Math.min(startMs, changedAtMs ?? startMs));
}
