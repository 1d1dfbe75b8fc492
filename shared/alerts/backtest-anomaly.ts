import { ranksWithin, readReel, replayChanges } from "../anomalies/index.ts";
import type { MetricStore } from "../metrics/index.ts";
import type { Ctx } from "../platform/context.ts";
import { Invalid } from "../platform/errors.ts";
import { matchersOf } from "./rule-matchers.ts";
import type { AnomalyRuleInput, BacktestResult } from "./schemas.ts";

const mostSeries = 20;
const dayMs = 86_400_000;

/**
 * When the detector would have found the series of a metric unlike themselves, as if its class might page. Judged at
 * one value a minute for spans of a day, at the coarser steps of `stepMs` for longer ones. Throws Invalid for a rule
 * on every metric or on services: there is no one history to try it on.
 */
export async function backtestAnomaly(
  ctx: Ctx,
  rule: AnomalyRuleInput,
  span: { fromMs: number; toMs: number },
  metrics: Pick<MetricStore, "query">,
): Promise<BacktestResult> {
  if (rule.metric === "*" || rule.watch === "services") {
    throw new Invalid(
      "A back-test looks at one metric; name it in place of every metric or a service.",
      "metric",
    );
  }
  const input = { name: rule.metric, matchers: matchersOf(rule), ...span };
  const reel = await readReel(ctx.tenantId, input, metrics, mostSeries);
  const firings = reel.series.flatMap(({ labels, values }) => {
    const found: BacktestResult["firings"] = [];
    let current: BacktestResult["firings"][number] | undefined;
    for (const { kind, level, atMs, value } of replayChanges(reel, values)) {
      const counts = (kind === "opened" || kind === "grew") && ranksWithin(level, rule.sensitivity);
      if (counts && !current) {
        current = { labels, severity: rule.severity, startedMs: atMs, endedMs: null, peakValue: value };
        found.push(current);
      }
      if (kind === "ended" && current) {
        current.endedMs = atMs;
        current = undefined;
      }
    }
    return found;
  });
  const timesMs = reel.timesMs.slice(reel.warmSteps);
  return {
    ...span,
    stepMs: reel.stepMs,
    evaluations: timesMs.length,
    firings,
    firingsPerDay: firings.length / ((span.toMs - span.fromMs) / dayMs),
    totalFiringMs: firings.reduce(
      (sum, { startedMs, endedMs }) => sum + (endedMs ?? span.toMs) - startedMs,
      0,
    ),
    series: {
      timesMs,
      groups: reel.series.map(({ labels, values }) => ({ labels, values: values.slice(reel.warmSteps) })),
      truncated: reel.truncated,
    },
  };
}
