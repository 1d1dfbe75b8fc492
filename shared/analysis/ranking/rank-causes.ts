import type { CauseCase } from "./case.ts";
import type { RankedCause } from "./ranked-cause.ts";

/**
 * Ranks what most likely caused the alert of this case, the likeliest first, at most 50 causes.
 * Pure and deterministic: the answer depends on the case alone, and on no service's name.
 */
export function rankCauses(_given: CauseCase): RankedCause[] {
  return [];
}
