import type { Usage } from "../../models/index.ts";
import type { AnalysisCost } from "../schemas.ts";

/** What an analysis notes of a question's cost; a model without a known price adds tokens and no dollars. */
export function costOfUsage({ calls, inputTokens, outputTokens, costUsd }: Usage): AnalysisCost {
  return { calls, inputTokens, outputTokens, costUsd: costUsd ?? 0 };
}
