import { envelop } from "../platform/bus/envelop.ts";
import type { Publish } from "../platform/bus/publish.ts";
import type { Ctx } from "../platform/context.ts";
import { Unavailable } from "../platform/errors.ts";
import { derivedId } from "../platform/ids.ts";
import type { AnalysisRecord, AnalysisStore, Head } from "./analysis-store.ts";
import type { BudgetStore } from "./budget-store.ts";
import { type Made, type MakeDeps, makeAnalysis } from "./make-analysis.ts";
import { mostRuns, nextLookAfter, planRun, type RunRequest } from "./plan-run.ts";
import { ruleMarks } from "./sources/similar.ts";

export interface RunDeps extends MakeDeps {
  analyses: AnalysisStore;
  budget: BudgetStore;
  publish: Publish;
}

/** What became of a request. Where there is an `atMs`, hand the request in again at that time. */
export type RunOutcome =
  | { kind: "ranked"; analysisId: string; atMs?: number }
  | { kind: "dropped"; why: string }
  | { kind: "later"; atMs: number };

/** Longer than any analysis takes, so a claim that still stands then is a dead process'. */
const claimMs = 60_000;
const lostRaceMs = 2_000;
const spreadMs = 1_500;
const pollMs = 50;

/**
 * Makes the analysis that was asked for, stores it and tells the bus, once for each version of an incident: of
 * requests that come twice, or while one is at work, one makes it. A storm gets at most ten in ten minutes; who
 * has to wait is told until when.
 */
export async function runAnalysis(ctx: Ctx, request: RunRequest, deps: RunDeps): Promise<RunOutcome> {
  const { tenantId } = ctx;
  const { incidentId, trigger } = request;
  const nowMs = deps.nowMs();
  const [head, used] = await Promise.all([
    deps.analyses.head(tenantId, incidentId),
    deps.budget.used(tenantId, nowMs),
  ]);
  const plan = planRun(request, head, used, nowMs);
  switch (plan.kind) {
    case "drop":
      return { kind: "dropped", why: plan.why };
    case "later": {
      const held = !plan.holds || (await hold(tenantId, incidentId, head, plan.atMs, nowMs, deps));
      return { kind: "later", atMs: held ? plan.atMs : nowMs + lostRaceMs };
    }
    case "run":
      break;
  }
  const set = { claimedUntilMs: nowMs + claimMs, pendingUntilMs: 0 };
  const claimed = await deps.analyses.moveHead(tenantId, incidentId, head, set, nowMs);
  if (claimed === "lost") return { kind: "later", atMs: nowMs + lostRaceMs };
  const mine: Head = { ...head, ...set, version: head.version + 1 };
  if (trigger !== "asked" && (await deps.budget.take(tenantId, nowMs)) > mostRuns) {
    await deps.analyses.moveHead(tenantId, incidentId, mine, { claimedUntilMs: 0 }, nowMs);
    return { kind: "later", atMs: nowMs + lostRaceMs };
  }
  return work(ctx, request, mine, deps);
}

async function hold(
  tenantId: string,
  incidentId: string,
  head: Head,
  atMs: number,
  nowMs: number,
  { analyses }: RunDeps,
): Promise<boolean> {
  const saved = await analyses.moveHead(tenantId, incidentId, head, { pendingUntilMs: atMs }, nowMs);
  return saved === "saved";
}

async function work(ctx: Ctx, request: RunRequest, mine: Head, deps: RunDeps): Promise<RunOutcome> {
  const { tenantId } = ctx;
  const { incidentId, trigger, askedMs } = request;
  const release = (set: Partial<Head>) =>
    deps.analyses.moveHead(tenantId, incidentId, mine, { claimedUntilMs: 0, ...set }, deps.nowMs());
  try {
    const incident = await spreadIncident(tenantId, incidentId, deps);
    if (!incident) {
      await release({});
      return { kind: "dropped", why: "there is no such incident" };
    }
    const version = mine.latest + 1;
    const at = { ...ctx, nowMs: deps.nowMs() };
    const made = await makeAnalysis(at, incident, { version, trigger, askedMs }, deps);
    await store(at, made, deps);
    const rankedMs = deps.nowMs();
    const nextLookMs = nextLookAfter(made.analysis, rankedMs);
    await release({ latest: version, incidentVersion: incident.version, rankedMs, nextLookMs });
    return { kind: "ranked", analysisId: made.analysis.id, ...(nextLookMs > 0 ? { atMs: nextLookMs } : {}) };
  } catch (error) {
    await release({}).catch(() => undefined);
    throw error;
  }
}

/** The incident, once its alerts lie beside it: its event may come before they do. */
async function spreadIncident(tenantId: string, incidentId: string, { lists, nowMs }: RunDeps) {
  const untilMs = nowMs() + spreadMs;
  for (;;) {
    const incident = await lists.find(tenantId, incidentId);
    if (!incident) return undefined;
    const { items } = await lists.alerts(tenantId, incidentId, { limit: 1 });
    if (items.length > 0 || incident.alertCount === 0 || nowMs() >= untilMs) return incident;
    await new Promise((resolve) => setTimeout(resolve, pollMs));
  }
}

async function store(ctx: Ctx, { analysis, scope }: Made, deps: RunDeps): Promise<void> {
  const { evidence, ...record } = analysis;
  const event = completedEvent(ctx, record, evidence.length);
  const { id: incidentId, project, title, openedAt, service, labels } = scope.incident;
  const known = await deps.signatures.get(ctx.tenantId, { incidentId, openedAt });
  const cause = known?.validated ? known.cause : causeOf(record);
  await deps.signatures.save(ctx.tenantId, {
    ...{ incidentId, project, title, openedAt, service, labels, cause },
    rules: ruleMarks(scope),
    validated: known?.validated ?? false,
  });
  if ((await deps.analyses.add(ctx.tenantId, analysis, [event])) === "lost") {
    deps.log.warn("an analysis stood already", { analysisId: record.id, incidentId: record.incidentId });
    return;
  }
  await tell(ctx, record, [event], deps);
}

/** What the bus refuses stays in the outbox and is sent within the minute. */
export async function tell(
  ctx: Ctx,
  record: AnalysisRecord,
  events: Parameters<Publish>[0],
  { analyses, publish, log }: Pick<RunDeps, "analyses" | "publish" | "log">,
): Promise<void> {
  try {
    await publish(events);
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    log.error("an analysis' event stays in the outbox", {
      error,
      analysisId: record.id,
      traceId: ctx.traceId,
    });
    return;
  }
  await analyses.settle(ctx.tenantId, record, events);
}

/** The event that says that the causes were ranked or, later, explained. */
export function completedEvent(ctx: Ctx, record: AnalysisRecord, evidenceCount: number) {
  const [first] = record.hypotheses;
  return envelop(ctx, "analysis", {
    id: derivedId("event", "analysis.completed.v1", record.id, record.status),
    type: "analysis.completed.v1",
    data: {
      analysisId: record.id,
      incidentId: record.incidentId,
      version: record.version,
      status: record.status,
      explainedBy: record.explanation.origin === "model" ? "model" : "rules",
      cause: first
        ? {
            service: first.cause.service,
            metric: first.cause.metric ?? null,
            deploymentId: first.cause.deployment?.id ?? null,
            statement: first.statement,
            score: first.score,
          }
        : null,
      hypothesisCount: record.hypotheses.length,
      evidenceCount,
      gapCount: record.gaps.length,
      costUsd: record.cost.costUsd,
    },
  });
}

function causeOf({ hypotheses: [first] }: Pick<AnalysisRecord, "hypotheses">) {
  return first ? { service: first.cause.service, metric: first.cause.metric ?? null } : null;
}
