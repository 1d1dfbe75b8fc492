import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync } from "node:zlib";
import { CauseCase } from "../../../shared/analysis/ranking/case.ts";

/** The culprit of a case; `metrics` null means that the service alone counts. */
export interface Truth {
  id: string;
  group: string;
  service: string;
  metrics: string[] | null;
  kind?: string;
}

export interface LabelledCase {
  given: CauseCase;
  truth: Truth;
}

export interface Answer {
  id: string;
  ranked: { service: string; metric?: string | undefined; score: number }[];
}

export const hasData = (folder: string) => existsSync(join(folder, "dev-cases.jsonl.gz"));

export const readTruth = (folder: string) =>
  linesOf<Truth>(readFileSync(join(folder, "dev-truth.jsonl"), "utf8"));

export function readReference(folder: string) {
  return {
    answers: linesOf<Answer>(readFileSync(join(folder, "dev-reference-answers.jsonl"), "utf8")),
    scores: JSON.parse(readFileSync(join(folder, "dev-reference-scores.json"), "utf8")),
  };
}

export function readCases(folder: string): LabelledCase[] {
  const truthOf = new Map(readTruth(folder).map((truth) => [truth.id, truth]));
  const unpacked = gunzipSync(readFileSync(join(folder, "dev-cases.jsonl.gz"))).toString();
  return linesOf<unknown>(unpacked).map((line) => {
    const given = CauseCase.parse(line);
    const truth = truthOf.get(given.id);
    if (!truth) throw new Error(`dev-truth.jsonl has no line for the case ${given.id}.`);
    return { given, truth };
  });
}

const linesOf = <T>(text: string): T[] =>
  text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));

/** The system a group of cases comes from; its cold cases are a system of their own, without a bar. */
export function systemOf({ group }: Truth): string {
  if (group.startsWith("petshop-temporal")) return "petshop-cold";
  return group.startsWith("petshop") ? "petshop" : group;
}

/** The systems whose mean is the headline. */
export const headlineSystems = ["petshop", "nezha-ob", "nezha-tt"] as const;
