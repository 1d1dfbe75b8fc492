import { type HealthMetric, healthMetrics } from "../../../../shared/health/schemas.ts";
import type { Aggregate, MetricQueryResult } from "../../../../shared/metrics/schemas.ts";
import { useSeries } from "../metrics/use-series.ts";
import type { FunctionNumbers } from "./judge.ts";

const minuteMs = 60_000;
/** On AWS the numbers come by five minutes. */
const stepMs = 5 * minuteMs;
const recentSteps = 3;
/** On AWS they come each half hour, ten minutes old; when two rounds in a row brought none they have stopped. */
const staleMs = 75 * minuteMs;
const refetchMs = 15_000;

const asked = {
  handled: "sum",
  failed: "sum",
  durationP95: "max",
  waiting: "last",
  oldestAge: "last",
  parked: "last",
} as const satisfies Partial<Record<HealthMetric, Aggregate>>;
type Asked = keyof typeof asked;
export type HealthAnswers = Readonly<Record<Asked, MetricQueryResult>>;

/** Our own numbers of the last three hours. */
export function useHealth() {
  const of = (metric: Asked) =>
    useSeries(
      {
        name: healthMetrics[metric],
        aggregate: asked[metric],
        groupBy: "function",
        from: "-3h",
        to: "now",
        stepMs,
      },
      { refetchMs },
    );
  const answers = {
    handled: of("handled"),
    failed: of("failed"),
    durationP95: of("durationP95"),
    waiting: of("waiting"),
    oldestAge: of("oldestAge"),
    parked: of("parked"),
  };
  const all = Object.values(answers);
  const failed = all.find((one) => one.isError);
  const data = all.every((one) => one.data)
    ? (Object.fromEntries(
        Object.entries(answers).map(([metric, one]) => [metric, one.data]),
      ) as unknown as HealthAnswers)
    : undefined;
  return {
    data,
    isPending: !data && !failed,
    isError: failed !== undefined,
    error: failed?.error,
    refetch: () => Promise.all(all.map((one) => one.refetch())),
  };
}

export interface Health {
  functions: FunctionNumbers[];
  /** The end of the newest step with a number in it; null where there is none. */
  measuredMs: number | null;
  isStale: boolean;
}

/** What the answers say of each of the functions. */
export function readHealth(answers: HealthAnswers, names: readonly string[], nowMs: number): Health {
  const newest = Math.max(
    -1,
    ...Object.values(answers).flatMap(({ groups }) =>
      groups.map(({ values }) => values.findLastIndex((value) => value !== null)),
    ),
  );
  const valuesOf = (metric: Asked, name: string) =>
    answers[metric].groups.find(({ labels }) => labels["function"] === name)?.values ?? [];
  const recent = (metric: Asked, name: string) =>
    valuesOf(metric, name).slice(Math.max(0, newest + 1 - recentSteps), newest + 1);
  const total = (metric: Asked, name: string) =>
    recent(metric, name).reduce<number>((sum, value) => sum + (value ?? 0), 0);
  const latest = (metric: Asked, name: string) =>
    recent(metric, name).findLast((value) => value !== null) ?? null;
  const startMs = answers.handled.timesMs[newest];
  const measuredMs = startMs === undefined ? null : Math.min(nowMs, startMs + answers.handled.stepMs);
  return {
    measuredMs,
    isStale: measuredMs !== null && nowMs - measuredMs > staleMs,
    functions: names.map((name) => ({
      name,
      handled: total("handled", name),
      failed: total("failed", name),
      waiting: latest("waiting", name),
      oldestS: latest("oldestAge", name),
      parked: latest("parked", name),
      p95Ms: latest("durationP95", name),
      p95s: valuesOf("durationP95", name),
    })),
  };
}
