import type { MetricStore } from "../metrics/index.ts";
import type { Ctx } from "../platform/context.ts";
import { LimitExceeded } from "../platform/errors.ts";
import { lookbackMs } from "./evaluate-rule.ts";
import { type Group, groupSeries } from "./group.ts";
import { narrowTo } from "./narrow.ts";
import type { ReadyRule } from "./rule-cache.ts";

export interface ReadDeps {
  metrics: Pick<MetricStore, "readPoints">;
}

/** The stored points of a rule by fingerprint, or the sentence why they cannot be read. */
export type StoredWindow = { groups: Map<string, Group> } | { refusal: string };

/** Data this young has no newer data behind it that could have been judged before. */
const freshMs = 5_000;

/**
 * What the windows of the arrived groups reach into. Each reaches to the present, so together they reach as far
 * back as the oldest of them does alone, over the labels of all of them.
 */
export async function readWindow(
  { rule, matchers }: ReadyRule,
  arrived: readonly { of: { ctx: Ctx }; groups: readonly Group[] }[],
  { metrics }: ReadDeps,
): Promise<StoredWindow> {
  const [first] = arrived;
  if (!first) return { groups: new Map() };
  const { tenantId } = first.of.ctx;
  const nowMs = Math.max(...arrived.map(({ of }) => of.ctx.nowMs));
  const groups = arrived.flatMap((part) => part.groups);
  const series = groups.flatMap((group) => group.series);
  const { oldest, newest } = spanOf(series.flatMap(({ timesMs }) => [timesMs[0], timesMs.at(-1)]));
  const onlyNewest = rule.type === "threshold" && rule.aggregate === "last" && rule.groupBy.includes("*");
  if (onlyNewest && oldest >= nowMs - freshMs) return { groups: new Map() };
  try {
    const stored = await metrics.readPoints(tenantId, {
      name: rule.metric,
      matchers: narrowTo(
        matchers,
        groups.map(({ labels }) => labels),
      ),
      fromMs: oldest - rule.windowMs - lookbackMs(rule, series),
      toMs: Math.max(newest, nowMs) + 1,
    });
    return { groups: groupSeries(rule, stored) };
  } catch (error) {
    if (error instanceof LimitExceeded) return { refusal: error.message };
    throw error;
  }
}

function spanOf(times: readonly (number | undefined)[]): { oldest: number; newest: number } {
  let oldest = Number.POSITIVE_INFINITY;
  let newest = Number.NEGATIVE_INFINITY;
  for (const time of times) {
    if (time === undefined) continue;
    oldest = Math.min(oldest, time);
    newest = Math.max(newest, time);
  }
  return { oldest: Math.floor(oldest), newest: Math.ceil(newest) };
}
