import { audited } from "../audit/index.ts";
import { isoTime } from "../platform/clock.ts";
import type { Ctx } from "../platform/context.ts";
import { NotFound } from "../platform/errors.ts";
import { findIncident, type ReadDeps, readAnalysis } from "./read-analysis.ts";
import type { Analysis, Feedback, FeedbackInput, Hypothesis } from "./schemas.ts";
import type { SignatureStore } from "./signature-store.ts";

export interface FeedbackDeps extends ReadDeps {
  signatures: SignatureStore;
}

/**
 * A person's word on a hypothesis: it moves the score of this incident's hypotheses at once, and what is accepted
 * or corrected stands as precedent for incidents that look alike. The last word counts. Throws NotFound for
 * another incident's, or another tenant's, hypothesis.
 */
export async function giveFeedback(
  ctx: Ctx,
  ids: { incidentId: string; analysisId: string },
  input: FeedbackInput,
  deps: FeedbackDeps,
): Promise<Analysis> {
  const before = await readAnalysis(ctx, ids, deps);
  const hypothesis = before.hypotheses.find(({ id }) => id === input.hypothesisId);
  if (!hypothesis) throw new NotFound("hypothesis", input.hypothesisId);
  const feedback: Feedback = {
    verdict: input.verdict,
    cause: input.cause ? withoutEmpty(input.cause) : null,
    note: input.note ?? null,
    at: isoTime(ctx.nowMs),
    actor: ctx.actor,
  };
  const owed = [recordOf(ctx, ids.incidentId, hypothesis, feedback)];
  await deps.analyses.saveFeedback(ctx.tenantId, ids.incidentId, hypothesis.id, feedback, owed);
  await remember(ctx, ids.incidentId, hypothesis, feedback, deps);
  return readAnalysis(ctx, ids, deps);
}

function recordOf(ctx: Ctx, incidentId: string, { id, feedback: before }: Hypothesis, after: Feedback) {
  const factsOf = ({ verdict, cause, note }: Feedback) => ({ incidentId, verdict, cause, note });
  return audited(ctx, {
    did: "judged",
    resource: { type: "hypothesis", id },
    ...(before ? { before: factsOf(before) } : {}),
    after: factsOf(after),
    why: after.note ?? undefined,
  });
}

/** What the incident came from, for incidents to come. */
async function remember(
  ctx: Ctx,
  incidentId: string,
  hypothesis: Hypothesis,
  feedback: Feedback,
  deps: FeedbackDeps,
): Promise<void> {
  const { openedAt } = await findIncident(ctx, incidentId, deps);
  const past = await deps.signatures.get(ctx.tenantId, { incidentId, openedAt });
  if (!past) return;
  const told = causeTold(hypothesis, feedback);
  if (told) return deps.signatures.save(ctx.tenantId, { ...past, cause: told, validated: true });
  if (past.cause?.service !== hypothesis.cause.service) return;
  return deps.signatures.save(ctx.tenantId, { ...past, cause: null, validated: false });
}

function causeTold({ cause }: Hypothesis, feedback: Feedback) {
  switch (feedback.verdict) {
    case "accepted":
      return { service: cause.service, metric: cause.metric ?? null };
    case "corrected":
      return feedback.cause && { service: feedback.cause.service, metric: feedback.cause.metric ?? null };
    case "rejected":
      return null;
  }
}

function withoutEmpty({ service, metric }: { service: string; metric?: string | undefined }) {
  return { service, ...(metric === undefined ? {} : { metric }) };
}
