import { CauseCase, type CauseSeries, type SpanSummary } from "../../shared/analysis/ranking/case.ts";

export const alertTime = 1_800_000_000;
const calmPoints = 60;
const stepS = 60;

/** A case nobody has evidence in, with what the test gives in place of it. */
export function aCauseCase(given: Partial<CauseCase> & { edges?: [string, string][] } = {}): CauseCase {
  const { edges, ...rest } = given;
  const nodes = [...new Set((edges ?? []).flat())];
  return CauseCase.parse({
    id: "case",
    alertTime,
    target: { service: "site", metric: "latency_p95" },
    graph: { nodes, edges: edges ?? [] },
    series: [],
    ...rest,
  });
}

/** An hour of a calm series around `calm`, a sample a minute, then what came since two minutes before the alert. */
export function aSeries(
  service: string,
  metric: string,
  calm: number,
  after: (number | null)[],
  given: Partial<CauseSeries> = {},
): CauseSeries {
  const values = [
    ...Array.from({ length: calmPoints }, (_, i) => calm * (1 + 0.02 * Math.sin(7 * i))),
    ...after,
  ];
  const first = alertTime - 90 - calmPoints * stepS;
  return {
    service,
    metric,
    unit: "",
    timestamps: values.map((_, i) => first + i * stepS),
    values,
    ...given,
  };
}

/** One operation in both windows: 40 calls in each, 5 ms of its own, unless the test says otherwise. */
export function spansOf(
  parentService: string | null,
  service: string,
  operation: string,
  after: Partial<SpanSummary> = {},
  before: Partial<SpanSummary> = {},
): SpanSummary[] {
  const times = {
    count: 40,
    p50Ms: 20,
    p95Ms: 40,
    selfP50Ms: 5,
    selfP95Ms: 10,
    ...(parentService === null || parentService === service ? {} : { gapP50Ms: 3, gapP95Ms: 6 }),
  };
  const span = { parentService, service, operation, ...times };
  return [
    { ...span, ...before, window: "before" },
    { ...span, ...after, window: "after" },
  ];
}
