import { isoTime } from "../platform/clock.ts";
import type { Ctx } from "../platform/context.ts";
import type { ModelDeps } from "./ask-model.ts";
import type { UsageSum } from "./call-store.ts";
import { pricesAsOf } from "./prices.ts";
import type { AiUsage, AiUsageQuery } from "./schemas.ts";

const dayMs = 86_400_000;
const recentCalls = 50;
const dayOf = (ms: number) => isoTime(ms).slice(0, 10);

/** What the tenant used of models: `GET /api/ai/usage`. */
export async function readUsage(
  ctx: Ctx,
  { days }: AiUsageQuery,
  deps: Pick<ModelDeps, "providers" | "breakers" | "budget" | "calls">,
): Promise<AiUsage> {
  const today = dayOf(ctx.nowMs);
  const yesterday = dayOf(ctx.nowMs - dayMs);
  const from = dayOf(ctx.nowMs - (days - 1) * dayMs);
  const [sums, used, providers, now, before] = await Promise.all([
    deps.calls.sums(ctx.tenantId, from, today),
    deps.budget.today(ctx.tenantId, ctx.nowMs),
    readProviders(ctx, deps),
    deps.calls.latest(ctx.tenantId, today, recentCalls),
    deps.calls.latest(ctx.tenantId, yesterday, recentCalls),
  ]);
  const limits = deps.budget.budgets.tenantDay;
  const allDays = Array.from({ length: days }, (_, i) => dayOf(ctx.nowMs - (days - 1 - i) * dayMs));
  return {
    from,
    to: today,
    total: totalOf(sums),
    byDay: allDays.map((day) => ({ day, ...totalOf(sums.filter((sum) => sum.day === day)) })),
    byPurpose: grouped(sums, "purpose"),
    byModel: grouped(sums, "model"),
    byOutcome: grouped(sums, "outcome"),
    budget: {
      calls: { used: used.calls, limit: limits.calls },
      tokens: { used: used.tokens, limit: limits.tokens },
      costUsd: { used: used.costUsd, limit: limits.costUsd },
    },
    pricesAsOf,
    providers,
    recent: [...now, ...before].slice(0, recentCalls),
  };
}

async function readProviders(
  ctx: Ctx,
  { providers, breakers }: Pick<ModelDeps, "providers" | "breakers">,
): Promise<AiUsage["providers"]> {
  const all = await providers().catch(() => []);
  return Promise.all(
    all.map(async ({ name, model, fastModel }) => {
      const { admission, reason } = await breakers.look(name, ctx.nowMs);
      const openUntil = admission.kind === "open" ? isoTime(admission.untilMs) : null;
      return { name, model, fastModel, state: admission.kind, openUntil, reason };
    }),
  );
}

function grouped<K extends "purpose" | "model" | "outcome">(sums: readonly UsageSum[], key: K) {
  const groups = Map.groupBy(sums, (sum) => sum[key]);
  return [...groups]
    .map(([value, members]) => ({ [key]: value, ...totalOf(members) }) as Record<K, UsageSum[K]> & Total)
    .sort((a, b) => b.costUsd - a.costUsd || b.calls - a.calls);
}

type Total = ReturnType<typeof totalOf>;

function totalOf(sums: readonly UsageSum[]) {
  const total = { calls: 0, cached: 0, inputTokens: 0, outputTokens: 0, costUsd: 0, latencyMs: 0 };
  for (const sum of sums) {
    for (const name of Object.keys(total) as (keyof typeof total)[]) total[name] += sum[name];
  }
  const { latencyMs, ...amounts } = total;
  return { ...amounts, averageLatencyMs: total.calls === 0 ? 0 : latencyMs / total.calls };
}
