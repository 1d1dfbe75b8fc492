import { backtestRule, type RuleStore } from "../alerts/index.ts";
import type { AlertRule } from "../alerts/schemas.ts";
import type { IncidentLists, IncidentRecord } from "../incidents/index.ts";
import type { MetricStore } from "../metrics/index.ts";
import { isoTime } from "../platform/clock.ts";
import type { Ctx } from "../platform/context.ts";
import { entityOf } from "../services/index.ts";
import type { AnalysisStore } from "./analysis-store.ts";
import { plainWords, spellSpan } from "./plain-words.ts";
import type { GuardCheck } from "./schemas.ts";
import { judged } from "./score.ts";

export interface GuardDeps {
  rules: Pick<RuleStore, "listAll">;
  lists: Pick<IncidentLists, "alerts">;
  analyses: Pick<AnalysisStore, "head" | "find" | "feedback">;
  metrics: Pick<MetricStore, "readPoints" | "query">;
}

const beforeMs = 15 * 60_000;
const afterMs = 15 * 60_000;
const longestMs = 23 * 60 * 60_000;
const maxRules = 25;
const enoughMs = 12_000;

/**
 * Whether an enabled alert rule of the incident's project stands that would tell if the same broke again: one whose
 * back-test over the time of the incident fires for the service that was alerted on, or the one that broke. The rules
 * that told of it come first; the first that fires is enough.
 */
export async function checkGuard(
  ctx: Ctx,
  incident: IncidentRecord,
  deps: GuardDeps,
  stopwatchMs: () => number = () => performance.now(),
): Promise<GuardCheck> {
  const [rules, broken, { items: alerts }] = await Promise.all([
    deps.rules.listAll(ctx.tenantId),
    brokenServices(ctx, incident, deps),
    deps.lists.alerts(ctx.tenantId, incident.id, { limit: 200 }),
  ]);
  const told = new Set(alerts.map(({ ruleId }) => ruleId));
  for (const { labels } of alerts) broken.add(entityOf(labels) ?? "");
  const standing = rules
    .filter(({ rule, deletedBy }) => deletedBy === null && rule.enabled && rule.project === incident.project)
    .map(({ rule }) => rule)
    .sort((a, b) => Number(told.has(b.id)) - Number(told.has(a.id)) || (a.updatedAt < b.updatedAt ? 1 : -1));
  const tried: GuardCheck["tried"] = [];
  const startedMs = stopwatchMs();
  for (const rule of standing.slice(0, maxRules)) {
    const firstMs = await firstFiring(ctx, rule, incident, broken, deps);
    tried.push({
      ruleId: rule.id,
      name: rule.name,
      fires: firstMs !== undefined,
      firstFiredAt: firstMs === undefined ? null : isoTime(firstMs),
    });
    if (firstMs !== undefined) return { guarded: true, reason: guardedBy(rule, firstMs, incident), tried };
    if (stopwatchMs() - startedMs > enoughMs) break;
  }
  return { guarded: false, reason: lacking(standing.length, tried.length), tried };
}

/** Services that the incident speaks of or came from. */
async function brokenServices(
  ctx: Ctx,
  incident: IncidentRecord,
  { analyses }: GuardDeps,
): Promise<Set<string>> {
  const broken = new Set(incident.service === null ? [] : [incident.service]);
  const { latest } = await analyses.head(ctx.tenantId, incident.id);
  if (latest === 0) return broken;
  const [found, feedback] = await Promise.all([
    analyses.find(ctx.tenantId, incident.id, latest),
    analyses.feedback(ctx.tenantId, incident.id),
  ]);
  const [first] = judged(found?.record.hypotheses ?? [], feedback);
  if (first) broken.add(first.cause.service);
  for (const { cause } of feedback.values()) if (cause) broken.add(cause.service);
  return broken;
}

async function firstFiring(
  ctx: Ctx,
  { id: _id, version: _version, createdAt: _c, updatedAt: _u, updatedBy: _b, ...rule }: AlertRule,
  { openedAt, resolvedAt }: IncidentRecord,
  broken: ReadonlySet<string>,
  { metrics }: GuardDeps,
): Promise<number | undefined> {
  const fromMs = Date.parse(openedAt) - beforeMs;
  const endMs = resolvedAt === null ? ctx.nowMs : Date.parse(resolvedAt) + afterMs;
  const toMs = Math.min(endMs, fromMs + longestMs, ctx.nowMs);
  const span = { from: String(fromMs), to: String(Math.max(toMs, fromMs + 60_000)) };
  const { firings } = await backtestRule(ctx, { rule, ...span }, metrics);
  const times = firings
    .filter(({ labels }) => {
      const entity = entityOf(labels);
      return entity === null || broken.size === 0 || broken.has(entity);
    })
    .map(({ startedMs }) => startedMs);
  return times.length > 0 ? Math.min(...times) : undefined;
}

function guardedBy({ name }: AlertRule, firstMs: number, { openedAt }: IncidentRecord): string {
  const sinceMs = firstMs - Date.parse(openedAt);
  const when = `${spellSpan(sinceMs)} ${sinceMs > 0 ? "after" : "before"} the incident opened`;
  return `The rule "${plainWords(name)}" guards against it: over the time of the incident it fires, first ${when}.`;
}

function lacking(standing: number, tried: number): string {
  const found =
    standing === 0
      ? "there is no alert rule that is switched on"
      : `of ${standing} alert rules ${tried} were tried over the time of the incident, and none fires for what broke`;
  return `${found}; make one that does (its back-test shows it), then move the incident again.`;
}
