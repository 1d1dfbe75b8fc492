import { CauseCase } from "../../shared/analysis/ranking/case.ts";
import { rankCauses } from "../../shared/analysis/ranking/rank-causes.ts";

/** A line that is no case: the message names the line and what is wrong with which field. */
export class BadLine extends Error {}

/** The answer to one case, as one line of JSON without its end: `{ id, ranked: [{ service, metric?, score }] }`. */
export function answerLine(line: string, lineNumber: number): string {
  const given = CauseCase.safeParse(parsed(line, lineNumber));
  if (!given.success) {
    const [issue] = given.error.issues;
    const field = issue?.path.join(".") || "the line";
    throw new BadLine(`Line ${lineNumber}: ${field}: ${issue?.message ?? "not a case"}.`);
  }
  const ranked = rankCauses(given.data).map(({ service, metric, score }) => ({
    service,
    ...(metric === undefined ? {} : { metric }),
    // Nine digits are more than the evidence has, and the same on every machine.
    score: Number(score.toPrecision(9)),
  }));
  return JSON.stringify({ id: given.data.id, ranked });
}

function parsed(line: string, lineNumber: number): unknown {
  try {
    return JSON.parse(line);
  } catch (error) {
    throw new BadLine(`Line ${lineNumber}: no JSON: ${error instanceof Error ? error.message : error}.`);
  }
}
