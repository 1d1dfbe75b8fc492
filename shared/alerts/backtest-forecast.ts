import type { MetricStore } from "../metrics/index.ts";
import type { Ctx } from "../platform/context.ts";
import { type GroupState, scopeOf } from "./evaluate-rule.ts";
import { fingerprintOf } from "./group.ts";
import { judgeForecast, readOutlooks, timeLeft } from "./judge-forecast.ts";
import type { BacktestResult, ForecastRuleInput } from "./schemas.ts";

type Firing = BacktestResult["firings"][number];

const dayMs = 86_400_000;
const finestStepMs = 6 * 3_600_000;
/** Each looks ahead once for every group, which takes a tenth of a second. */
const mostLooks = 24;

/**
 * When a forecast rule would have fired, had it looked ahead every six hours, or as often as 24 looks allow, from what
 * was known then. The peak of a firing is the shortest time left, in seconds.
 */
export async function backtestForecast(
  ctx: Ctx,
  rule: ForecastRuleInput,
  span: { fromMs: number; toMs: number },
  metrics: Pick<MetricStore, "query">,
): Promise<BacktestResult> {
  const stepMs = Math.max(finestStepMs, Math.ceil((span.toMs - span.fromMs) / mostLooks));
  const count = Math.floor((span.toMs - span.fromMs) / stepMs);
  const timesMs = Array.from({ length: count + 1 }, (_, i) => span.toMs - (count - i) * stepMs);
  const states = new Map<string, GroupState>();
  const firing = new Map<string, Firing>();
  const firings: Firing[] = [];
  const drawn = new Map<string, { labels: Record<string, string>; values: (number | null)[] }>();
  let truncated = false;
  for (const [step, atMs] of timesMs.entries()) {
    const outlook = await readOutlooks(ctx.tenantId, rule, atMs, metrics);
    truncated ||= outlook.truncated;
    for (const group of outlook.groups) {
      const { labels, last } = group;
      const fingerprint = fingerprintOf("backtest", labels);
      const left = timeLeft(group, rule, atMs);
      const look = { fingerprint, labels, left, unit: outlook.unit };
      const { after: status, emit, measurement } = judgeForecast(rule, states.get(fingerprint), look, atMs);
      states.set(fingerprint, { status, labels, scope: scopeOf(rule), arrivedMs: 0 });
      const line = drawn.get(fingerprint) ?? { labels, values: timesMs.map(() => null) };
      line.values[step] = last;
      drawn.set(fingerprint, line);
      if (emit === "fired") {
        const begun = { labels, severity: status.severity, startedMs: atMs, endedMs: null, peakValue: null };
        firing.set(fingerprint, begun);
        firings.push(begun);
      }
      const current = firing.get(fingerprint);
      if (!current) continue;
      if (emit === "resolved") {
        current.endedMs = atMs;
        firing.delete(fingerprint);
      } else if (typeof measurement === "number") {
        current.severity = status.severity;
        current.peakValue = Math.min(current.peakValue ?? measurement, measurement);
      }
    }
  }
  return {
    ...span,
    stepMs,
    evaluations: timesMs.length,
    firings,
    firingsPerDay: firings.length / ((span.toMs - span.fromMs) / dayMs),
    totalFiringMs: firings.reduce(
      (sum, { startedMs, endedMs }) => sum + (endedMs ?? span.toMs) - startedMs,
      0,
    ),
    series: { timesMs, groups: [...drawn.values()], truncated },
  };
}
