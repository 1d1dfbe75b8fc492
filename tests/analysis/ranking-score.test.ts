import { expect, test } from "@jest/globals";
import type { Answer, Truth } from "../bench/causes/labelled-cases.ts";
import { ranksOf, scoreRanks } from "../bench/causes/score.ts";

const truth: Truth = {
  id: "1",
  group: "nezha-ob",
  service: "stock",
  metrics: ["cpu", "cpu_share"],
  kind: "busy",
};
const answer = (...ranked: [string, string?][]): Answer => ({
  id: "1",
  ranked: ranked.map(([service, metric], i) => ({ service, score: -i, ...(metric ? { metric } : {}) })),
});

test.each<[string, Answer | undefined, number, number]>([
  ["named first with its metric", answer(["stock", "cpu"]), 1, 1],
  ["behind a service named twice", answer(["site", "a"], ["site", "b"], ["stock", "cpu_share"]), 2, 3],
  ["behind a pair named twice", answer(["site", "a"], ["site", "a"], ["stock", "cpu"]), 2, 2],
  ["named with another metric first", answer(["stock", "memory"], ["site", "cpu"], ["stock", "cpu"]), 1, 3],
  ["named without a metric", answer(["stock"]), 1, 0],
  ["not named", answer(["site", "cpu"]), 0, 0],
  ["not answered", undefined, 0, 0],
])("a culprit %s has its ranks", (_, given, service, pair) => {
  expect(ranksOf(truth, given)).toEqual({ truth, service, pair });
});

test("the headline is the mean of the three systems, however many cases each has", () => {
  const ranks = (group: string, ...found: number[]) =>
    found.map((service) => ({ truth: { ...truth, group, metrics: null }, service, pair: undefined }));

  const { groups, headline } = scoreRanks([
    ...ranks("petshop-low-latency", 1),
    ...ranks("petshop-temporal-latency", 0),
    ...ranks("nezha-ob", 1, 4, 11, 0),
    ...ranks("nezha-tt", 2, 0),
  ]);

  expect(groups["petshop"]?.service).toEqual({ n: 1, r1: 1, r3: 1, mrr: 1 });
  expect(groups["petshop-cold"]?.service.r1).toBe(0);
  expect(groups["nezha-ob"]?.service).toEqual({ n: 4, r1: 0.25, r3: 0.25, mrr: 1.25 / 4 });
  expect(headline.r1).toBeCloseTo((1 + 0.25 + 0) / 3, 12);
  expect(headline.r3).toBeCloseTo((1 + 0.25 + 0.5) / 3, 12);
});
