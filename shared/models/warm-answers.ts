import type { Ctx } from "../platform/context.ts";
import { askModel, type ModelDeps, type Question } from "./ask-model.ts";

export interface Warmed {
  asked: number;
  cached: number;
  unavailable: number;
}

/**
 * Asks the questions of open incidents ahead of people, one after another, so that their answers are there when
 * somebody looks. Stops at the first that cannot be answered: whatever is in the way stands in the way of the rest.
 */
export async function warmAnswers(
  ctx: Ctx,
  questions: readonly Question[],
  deps: ModelDeps,
): Promise<Warmed> {
  const warmed: Warmed = { asked: 0, cached: 0, unavailable: 0 };
  for (const question of questions) {
    const answer = await askModel(ctx, question, deps);
    if (answer.kind === "unavailable") {
      warmed.unavailable++;
      break;
    }
    if (answer.cached) warmed.cached++;
    else warmed.asked++;
  }
  return warmed;
}
