import { readReference, readTruth } from "./labelled-cases.ts";
import { ranksOf, scoreRanks } from "./score.ts";

/** Scores published answers and compares with their published scores, all digits of them. */
export function proveScorer(folder: string): { compared: number; differing: string[] } {
  const { answers, scores } = readReference(folder);
  const answerOf = new Map(answers.map((answer) => [answer.id, answer]));
  const { groups, headline } = scoreRanks(
    readTruth(folder).map((truth) => ranksOf(truth, answerOf.get(truth.id))),
  );
  const expected = new Map([...numbersOf(scores.macro, "macro"), ...numbersOf(scores.groups, "groups")]);
  const found = new Map([...numbersOf(headline, "macro"), ...numbersOf(groups, "groups")]);
  const names = new Set([...expected.keys(), ...found.keys()]);
  const differing = [...names].filter((name) => expected.get(name) !== found.get(name));
  return { compared: names.size, differing };
}

const digits = 4;

function numbersOf(value: unknown, path: string): [string, number][] {
  if (typeof value === "number") return [[path, Number(value.toFixed(digits))]];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => numbersOf(inner, `${path}.${key}`));
}
