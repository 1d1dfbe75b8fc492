import { z } from "zod";

/** What a model was asked for. */
export const ModelPurpose = z.enum(["triage", "explanation", "question"]);
export type ModelPurpose = z.infer<typeof ModelPurpose>;

/** How a request for a model's answer ended; all but the first leave the platform to its own words. */
export const ModelOutcome = z.enum([
  "answered",
  /** No provider is set up. */
  "not-configured",
  /** Tokens, dollars or calls of the incident or the day are used up. */
  "budget-exhausted",
  /** The provider failed often and is left alone for a while. */
  "circuit-open",
  "timed-out",
  "rate-limited",
  "provider-error",
  /** The key is refused: nothing more is asked until it is replaced. */
  "unauthorized",
  /** Even the shortened prompt is more than the model takes. */
  "too-long",
  /** The model declined. */
  "refused",
  /** Not of the asked form, after one repair. */
  "invalid-answer",
]);
export type ModelOutcome = z.infer<typeof ModelOutcome>;

const amounts = {
  calls: z.int().nonnegative(),
  /** Of the calls, those answered from the cache, for nothing. */
  cached: z.int().nonnegative(),
  inputTokens: z.int().nonnegative(),
  outputTokens: z.int().nonnegative(),
  /** Calls to models without a known price add nothing. */
  costUsd: z.number().nonnegative(),
};
const measured = { ...amounts, averageLatencyMs: z.number().nonnegative() };

/** One request for an answer. */
export const ModelCall = z.object({
  at: z.iso.datetime(),
  purpose: ModelPurpose,
  incidentId: z.string().nullable(),
  provider: z.string().nullable(),
  model: z.string().nullable(),
  outcome: ModelOutcome,
  cached: z.boolean(),
  inputTokens: z.int().nonnegative(),
  outputTokens: z.int().nonnegative(),
  /** null: the model's price is not known. */
  costUsd: z.number().nonnegative().nullable(),
  latencyMs: z.number().nonnegative(),
});
export type ModelCall = z.infer<typeof ModelCall>;

/** `GET /api/ai/usage`. */
export const AiUsageQuery = z.object({ days: z.coerce.number().int().min(1).max(90).default(30) });
export type AiUsageQuery = z.infer<typeof AiUsageQuery>;

export const AiUsage = z.object({
  from: z.iso.date(),
  to: z.iso.date(),
  total: z.object(measured),
  /** Every day of the span, silent ones too, oldest first. */
  byDay: z.array(z.object({ day: z.iso.date(), ...measured })),
  byPurpose: z.array(z.object({ purpose: ModelPurpose, ...measured })),
  byModel: z.array(z.object({ model: z.string(), ...measured })),
  byOutcome: z.array(z.object({ outcome: ModelOutcome, ...measured })),
  /** Today's budget of the tenant, UTC. */
  budget: z.object({
    calls: z.object({ used: z.int(), limit: z.int() }),
    tokens: z.object({ used: z.int(), limit: z.int() }),
    costUsd: z.object({ used: z.number(), limit: z.number() }),
  }),
  /** When the prices behind the dollars were read, year and month. */
  pricesAsOf: z.string(),
  /** In the order they are asked; empty = no model is set up. */
  providers: z.array(
    z.object({
      name: z.string(),
      model: z.string(),
      fastModel: z.string(),
      state: z.enum(["closed", "half-open", "open"]),
      /** While open: until then it is not asked. */
      openUntil: z.iso.datetime().nullable(),
      reason: z.string().nullable(),
    }),
  ),
  /** The latest calls of today and yesterday, newest first, at most fifty. */
  recent: z.array(ModelCall),
});
export type AiUsage = z.infer<typeof AiUsage>;
