import { z } from "zod";
import { Labels, Severity } from "../../events/alerts.ts";
import { AnomalyMode, Band, Contribution } from "../../events/anomalies.ts";
import { Actor } from "../../events/envelope.ts";
import { IncidentState } from "../../events/incidents.ts";
import { Aggregate } from "../metrics/schemas.ts";

export const EvidenceKind = z.enum([
  "alert",
  "change",
  "anomaly",
  "deployment",
  "configuration",
  "similar-incident",
  "log-pattern",
  "error-group",
  "topology",
]);
export type EvidenceKind = z.infer<typeof EvidenceKind>;

/** Whose words these are; `untrusted` are dotted paths, as in an event's provenance, that hold text from outside. */
export const EvidenceProvenance = z.object({
  from: z.enum(["platform", "telemetry", "pipeline", "person"]),
  untrusted: z.array(z.string()),
});
export type EvidenceProvenance = z.infer<typeof EvidenceProvenance>;

/** One piece of what was seen. Text from outside stands in `facts` whole and in `summary` quoted and cut. */
export const Evidence = z.object({
  id: z.string(),
  kind: EvidenceKind,
  /** Where it was found: "alerts", "metrics", "deployments", "incidents", "services", … */
  source: z.string(),
  /** When it happened, not when it was found. */
  at: z.iso.datetime(),
  /** The service it speaks of, where it speaks of one. */
  service: z.string().nullable(),
  provenance: EvidenceProvenance,
  /** The address in the dashboard that shows it again, like `/metrics?name=…`. */
  link: z.string(),
  summary: z.string(),
  /** By kind: AlertFacts, AnomalyFacts, ChangeFacts, DeploymentFacts, SimilarFacts; others are free. */
  facts: z.record(z.string(), z.unknown()),
});
export type Evidence = z.infer<typeof Evidence>;

/** A query of `GET /api/metrics/query`, ready to be asked again. */
export const EvidenceQuery = z.object({
  name: z.string(),
  match: z.string(),
  aggregate: Aggregate,
  groupBy: z.string(),
  fromMs: z.int(),
  toMs: z.int(),
  stepMs: z.int(),
});
export type EvidenceQuery = z.infer<typeof EvidenceQuery>;

/** `facts` of a "change": a metric that left its history, with what a chart needs to show it. */
export const ChangeFacts = z.object({
  service: z.string(),
  metric: z.string(),
  unit: z.string().nullable(),
  /** The other end of the call, where the series measures one. */
  peer: z.string().nullable(),
  labels: Labels,
  query: EvidenceQuery,
  changedAtMs: z.int(),
  /** Median before and after the change. */
  before: z.number().nullable(),
  after: z.number().nullable(),
  direction: z.enum(["up", "down"]),
  /** How many times its ordinary spread it moved. */
  strength: z.number(),
});
export type ChangeFacts = z.infer<typeof ChangeFacts>;

export const AlertFacts = z.object({
  alertId: z.string(),
  ruleId: z.string(),
  ruleName: z.string(),
  severity: Severity,
  labels: Labels,
  value: z.number().nullable(),
  threshold: z.number().nullable(),
  unit: z.string().nullable(),
  firing: z.boolean(),
  reason: z.string(),
});
export type AlertFacts = z.infer<typeof AlertFacts>;

/** `facts` of an "anomaly". */
export const AnomalyFacts = z.object({
  anomalyId: z.string(),
  /** One series of a metric, or all metrics of a service together. */
  kind: z.enum(["metric", "vector"]),
  metric: z.string().nullable(),
  labels: Labels,
  unit: z.string().nullable(),
  /** In "shadow" its detector only watches: nobody is woken for what it finds. */
  mode: AnomalyMode,
  /** −log10 of its rarity. */
  score: z.number(),
  value: z.number().nullable(),
  expected: z.number().nullable(),
  band: Band.nullable(),
  feature: z.string().nullable(),
  contributions: z.array(Contribution),
  /** null while it lasted. */
  endedAt: z.iso.datetime().nullable(),
});
export type AnomalyFacts = z.infer<typeof AnomalyFacts>;

/** `facts` of a "deployment" or a "configuration". */
export const DeploymentFacts = z.object({
  deploymentId: z.string(),
  service: z.string(),
  version: z.string(),
  by: z.string().nullable(),
  /** The pipeline's own page; outside the dashboard. */
  href: z.string().nullable(),
  summary: z.string().nullable(),
  /** How long before the first change of the incident, ms; negative = after it. */
  beforeStartMs: z.int(),
});
export type DeploymentFacts = z.infer<typeof DeploymentFacts>;

export const SimilarFacts = z.object({
  incidentId: z.string(),
  title: z.string(),
  openedAt: z.iso.datetime(),
  /** 0 to 1. */
  similarity: z.number(),
  /** The cause a person accepted there, or the one ranked first. */
  cause: z.object({ service: z.string(), metric: z.string().nullable() }).nullable(),
  humanValidated: z.boolean(),
});
export type SimilarFacts = z.infer<typeof SimilarFacts>;

/** What is held to be the cause; the parts beside the service are named where evidence names them. */
export const Cause = z.object({
  service: z.string(),
  metric: z.string().optional(),
  deployment: z.object({ id: z.string(), version: z.string() }).optional(),
  /** The failing call, where the cause is a dependency of the service that was alerted on. */
  dependency: z.object({ caller: z.string(), callee: z.string() }).optional(),
});
export type Cause = z.infer<typeof Cause>;

/** Every part is 0 to 1 and computed; no model's word is in it. */
export const ScoreParts = z.object({
  /** How strong the ranking's signal is, against that of the strongest cause. */
  signalStrength: z.number(),
  /** How well its change, and a deployment before it, coincide with the first alert. */
  timeCorrelation: z.number(),
  /** How like the incidents were that came from it. */
  precedent: z.number(),
  /** How whole its history is, and how many kinds of evidence speak for it. */
  evidenceQuality: z.number(),
  /** 1 = a person accepted it, 0 = rejected, 0.5 = nobody has judged. */
  humanValidation: z.number(),
});
export type ScoreParts = z.infer<typeof ScoreParts>;

/** What one observation that could have spoken against the hypothesis came to. */
export const Refutation = z.object({
  /** What would have to be seen if the hypothesis were wrong. */
  observation: z.string(),
  /** The question the platform asked its own metrics; null where it looked elsewhere. */
  query: EvidenceQuery.nullable(),
  link: z.string().nullable(),
  outcome: z.enum(["stands", "weakened", "refuted", "not-observable"]),
  /** What was found. */
  found: z.string(),
  /** What it added to the score: negative where it spoke against. */
  moved: z.number(),
});
export type Refutation = z.infer<typeof Refutation>;

export const Verdict = z.enum(["accepted", "rejected", "corrected"]);
export type Verdict = z.infer<typeof Verdict>;

export const Feedback = z.object({
  verdict: Verdict,
  /** With "corrected": what it really was. */
  cause: Cause.nullable(),
  note: z.string().nullable(),
  at: z.iso.datetime(),
  actor: Actor,
});
export type Feedback = z.infer<typeof Feedback>;

/** `score` = sum over the parts of part × weight, plus what the refutation moved, held to 0 … 1. */
export const Hypothesis = z.object({
  /** The same cause of the same incident keeps its id from analysis to analysis. */
  id: z.string(),
  /** 1 = likeliest. */
  rank: z.int().positive(),
  cause: Cause,
  /** The claim in one sentence, in the platform's words. */
  statement: z.string(),
  score: z.number(),
  parts: ScoreParts,
  /** Ids of this analysis' evidence. */
  for: z.array(z.string()),
  against: z.array(z.string()),
  refutation: Refutation,
  /** The latest a person said about it. */
  feedback: Feedback.nullable(),
});
export type Hypothesis = z.infer<typeof Hypothesis>;

/** What the parts weigh in the score. */
export const scoreWeights: Readonly<Record<keyof ScoreParts, number>> = {
  signalStrength: 0.25,
  timeCorrelation: 0.2,
  precedent: 0.2,
  evidenceQuality: 0.2,
  humanValidation: 0.15,
};

/** Something that could not be seen, and how to make it visible. */
export const Gap = z.object({
  id: z.string(),
  what: z.string(),
  remedy: z.string(),
  /** Where in the dashboard or the documentation to begin; null where it lies outside. */
  link: z.string().nullable(),
});
export type Gap = z.infer<typeof Gap>;

/** One step of the work, in order. */
export const AnalysisStep = z.object({
  what: z.string(),
  at: z.iso.datetime(),
  tookMs: z.number(),
  costUsd: z.number(),
  outcome: z.string(),
});
export type AnalysisStep = z.infer<typeof AnalysisStep>;

/** A sentence and the evidence it stands on; never without. */
export const Claim = z.object({ text: z.string(), evidenceIds: z.array(z.string()).min(1) });
export type Claim = z.infer<typeof Claim>;

export const Explanation = z.object({
  /** "deterministic": written by rules, because no model was asked, or none gave an answer that holds. */
  origin: z.enum(["model", "deterministic"]),
  /** Which model wrote it; null for rules. */
  model: z.string().nullable(),
  rootCause: Claim.nullable(),
  affected: z.array(Claim),
  steps: z.array(Claim),
  prevention: z.array(Claim),
  /** Two paragraphs for people outside engineering. */
  summary: z.string(),
  /** How many of the model's claims were struck because they cited nothing, or nothing that exists. */
  struckClaims: z.int().nonnegative(),
});
export type Explanation = z.infer<typeof Explanation>;

export const AnalysisCost = z.object({
  calls: z.int().nonnegative(),
  inputTokens: z.int().nonnegative(),
  outputTokens: z.int().nonnegative(),
  costUsd: z.number().nonnegative(),
});
export type AnalysisCost = z.infer<typeof AnalysisCost>;

/** "ranked": the causes stand, a model may still add its words. "complete": nothing more is to come. */
export const AnalysisStatus = z.enum(["ranked", "complete"]);
export type AnalysisStatus = z.infer<typeof AnalysisStatus>;

const analysisHead = {
  id: z.string(),
  incidentId: z.string(),
  /** Of the incident's analyses, 1 = the first. */
  version: z.int().positive(),
  /** The version of the incident it was made from. */
  incidentVersion: z.int().positive(),
  status: AnalysisStatus,
  /** Why it was made. */
  trigger: z.enum(["opened", "alerts", "asked"]),
  /** The first sign of trouble that evidence shows; the change is marked here. */
  startedAt: z.iso.datetime(),
  createdAt: z.iso.datetime(),
  /** From the event that asked for it until the causes were ranked and stored. */
  rankedAfterMs: z.int().nonnegative(),
  cost: AnalysisCost,
};

/** `GET /api/incidents/{id}/analyses/{analysisId}`. */
export const Analysis = z.object({
  ...analysisHead,
  hypotheses: z.array(Hypothesis),
  evidence: z.array(Evidence),
  /** Pieces beyond the size budget that were left out, the weakest first. */
  evidenceLeftOut: z.int().nonnegative(),
  gaps: z.array(Gap),
  steps: z.array(AnalysisStep),
  explanation: Explanation,
});
export type Analysis = z.infer<typeof Analysis>;

/** `GET /api/incidents/{id}/analysis`: the newest; null while there is none. */
export const LatestAnalysis = z.object({
  analysis: Analysis.nullable(),
  /** One is being made, or waits for its turn. */
  pending: z.boolean(),
});
export type LatestAnalysis = z.infer<typeof LatestAnalysis>;

export const AnalysisSummary = z.object({
  ...analysisHead,
  /** The likeliest cause; null where nothing could be ranked. */
  cause: Cause.nullable(),
  score: z.number().nullable(),
});
export type AnalysisSummary = z.infer<typeof AnalysisSummary>;

/** `GET /api/incidents/{id}/analyses`, newest first. */
export const AnalysisList = z.object({ items: z.array(AnalysisSummary), cursor: z.string().nullable() });
export type AnalysisList = z.infer<typeof AnalysisList>;

export const AnalysisPage = z.object({
  limit: z.coerce.number().int().min(1).max(50).default(20),
  cursor: z.string().max(4_096).optional(),
});
export type AnalysisPage = z.infer<typeof AnalysisPage>;

/** What `POST /api/incidents/{id}/analyses` answers with 202. */
export const AnalysisRequested = z.object({ incidentId: z.string(), requestedAt: z.iso.datetime() });
export type AnalysisRequested = z.infer<typeof AnalysisRequested>;

/** `POST /api/incidents/{id}/analyses/{analysisId}/feedback`; answers the Analysis after it. */
export const FeedbackInput = z
  .strictObject({
    hypothesisId: z.string().max(100),
    verdict: Verdict,
    /** What it really was; needed with "corrected". */
    cause: z
      .strictObject({
        service: z.string().trim().min(1).max(200),
        metric: z.string().trim().min(1).max(255).optional(),
      })
      .optional(),
    note: z.string().trim().max(2_000).optional(),
  })
  .refine(({ verdict, cause }) => (verdict === "corrected") === (cause !== undefined), {
    message: 'a correction, and nothing else, names what it really was in "cause"',
    path: ["cause"],
  });
export type FeedbackInput = z.infer<typeof FeedbackInput>;

/** `POST /api/incidents/{id}/questions`. */
export const QuestionInput = z.strictObject({ question: z.string().trim().min(3).max(1_000) });
export type QuestionInput = z.infer<typeof QuestionInput>;

export const Answer = z.object({
  question: z.string(),
  /** Sentences with the evidence each stands on. */
  claims: z.array(Claim),
  /** Said in place of claims where the evidence does not hold an answer. */
  nothingFound: z.string().nullable(),
  origin: z.enum(["model", "deterministic"]),
  analysisId: z.string(),
  /** The pieces that the claims cite. */
  evidence: z.array(Evidence),
  struckClaims: z.int().nonnegative(),
  cost: AnalysisCost,
});
export type Answer = z.infer<typeof Answer>;

const paragraph = z.string().max(20_000);
const lines = z.array(z.string().trim().min(1).max(2_000)).max(100);

/** `PUT /api/incidents/{id}/post-mortem`: the parts people write; the timeline is the incident's own. */
export const PostMortemInput = z.strictObject({
  summary: paragraph,
  impact: paragraph,
  cause: paragraph,
  fixes: lines,
  actionItems: z
    .array(
      z.strictObject({
        text: z.string().trim().min(1).max(2_000),
        owner: z.string().trim().max(200).nullable().default(null),
        done: z.boolean().default(false),
      }),
    )
    .max(100),
});
export type PostMortemInput = z.infer<typeof PostMortemInput>;

/** `GET /api/incidents/{id}/post-mortem`: a draft made from timeline and analysis until people save their own. */
export const PostMortem = z.object({
  incidentId: z.string(),
  title: z.string(),
  severity: Severity,
  state: IncidentState,
  ...PostMortemInput.shape,
  timeline: z.array(z.object({ at: z.iso.datetime(), text: z.string() })),
  /** false = it is the platform's draft. */
  edited: z.boolean(),
  updatedAt: z.iso.datetime().nullable(),
  updatedBy: z.string().nullable(),
  version: z.int().nonnegative(),
  /** The whole of it, to be copied or downloaded. */
  markdown: z.string(),
});
export type PostMortem = z.infer<typeof PostMortem>;

/** `GET /api/incidents/{id}/guard`: which alert rule would tell the next time; LEARNED asks the same question. */
export const GuardCheck = z.object({
  guarded: z.boolean(),
  /** What is lacking or what guards, in one sentence. */
  reason: z.string(),
  tried: z.array(
    z.object({
      ruleId: z.string(),
      name: z.string(),
      /** The rule's back-test over the time of the incident fires for what broke. */
      fires: z.boolean(),
      firstFiredAt: z.iso.datetime().nullable(),
    }),
  ),
});
export type GuardCheck = z.infer<typeof GuardCheck>;
