import { z } from "zod";

const EpochSeconds = z.number().describe("epoch seconds");
const name = z.string().min(1);
const milliseconds = z.number().nullish();

/** One measured series of a service; `null` is a missing sample. `peer` is the other end of a call. */
export const CauseSeries = z
  .object({
    service: name,
    metric: name,
    unit: z.string().default(""),
    peer: z.string().nullish(),
    timestamps: z.array(EpochSeconds),
    values: z.array(z.number().nullable()),
  })
  .refine((series) => series.timestamps.length === series.values.length, {
    message: "needs as many values as timestamps",
    path: ["values"],
  });
export type CauseSeries = z.infer<typeof CauseSeries>;

/** Calls of one operation in a window: self is without children, gap is the caller's span minus the callee's. */
export const SpanSummary = z.object({
  window: z.enum(["before", "after"]),
  parentService: z.string().nullable(),
  service: name,
  operation: z.string(),
  count: z.number().nonnegative(),
  p50Ms: milliseconds,
  p95Ms: milliseconds,
  selfP50Ms: milliseconds,
  selfP95Ms: milliseconds,
  gapP50Ms: milliseconds,
  gapP95Ms: milliseconds,
});
export type SpanSummary = z.infer<typeof SpanSummary>;

export const LogLine = z.object({
  t: z.number().describe("epoch milliseconds"),
  service: name,
  line: z.string(),
});
export type LogLine = z.infer<typeof LogLine>;

export const CaseDeployment = z.object({ t: EpochSeconds, service: name, version: z.string() });
export type CaseDeployment = z.infer<typeof CaseDeployment>;

/** A service that an earlier, similar incident was found to come from; similarity is 0 to 1. */
export const Precedent = z.object({
  service: name,
  metric: z.string().nullish(),
  similarity: z.number().min(0).max(1),
});
export type Precedent = z.infer<typeof Precedent>;

/** Everything known when an alert fired. Empty edges mean that the topology is unknown. */
export const CauseCase = z.object({
  id: z.string(),
  alertTime: EpochSeconds,
  target: z.object({ service: name, metric: z.string().nullable().default(null) }),
  graph: z
    .object({
      nodes: z.array(z.string()).default([]),
      edges: z
        .array(z.tuple([z.string(), z.string()]))
        .default([])
        .describe("caller, callee"),
    })
    .default({ nodes: [], edges: [] }),
  series: z.array(CauseSeries),
  traces: z
    .object({
      beforeMinutes: z.number().positive(),
      afterMinutes: z.number().positive(),
      spans: z.array(SpanSummary),
    })
    .nullish(),
  logs: z.array(LogLine).nullish(),
  deployments: z.array(CaseDeployment).nullish(),
  precedents: z.array(Precedent).nullish(),
});
export type CauseCase = z.infer<typeof CauseCase>;
