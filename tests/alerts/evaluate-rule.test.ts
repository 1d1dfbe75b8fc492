import { describe, expect, test } from "@jest/globals";
import { evaluateRule, type GroupState, scopeOf } from "../../shared/alerts/evaluate-rule.ts";
import type { MeasuredRule } from "../../shared/alerts/schemas.ts";
import type { SeriesPoints } from "../../shared/metrics/index.ts";
import { aRule, aSeries, minutes, noonMs, seconds } from "./builders.ts";

/** Judges at every given moment, each building on the one before, and returns all that was decided. */
function judgeAt(rule: MeasuredRule, points: readonly SeriesPoints[], times: readonly number[]) {
  const states = new Map<string, GroupState>();
  return times.flatMap((atMs) =>
    evaluateRule(rule, states, points, atMs).flatMap((evaluation) => {
      const { fingerprint, labels, after: status } = evaluation;
      states.set(fingerprint, { status, labels, scope: scopeOf(rule), arrivedMs: 0 });
      return evaluation.outcome === null ? [] : [evaluation];
    }),
  );
}

describe("the evaluator", () => {
  test.each([seconds(1), seconds(15)])(
    "cpu > 90 %% for more than 3 min fires at 3:00 and not at 2:59, once (a point each %d ms)",
    (everyMs) => {
      const rule = aRule({ forMs: minutes(3), windowMs: seconds(15) });
      const times = Array.from({ length: minutes(6) / everyMs }, (_, i) => noonMs + i * everyMs);
      const points = [aSeries(times.map((atMs) => [atMs, 95] as const))];

      const decided = judgeAt(rule, points, times);

      expect(decided.map(({ outcome, atMs }) => [outcome, atMs - noonMs])).toEqual([
        ["pending", 0],
        ["fired", minutes(3)],
      ]);
      expect(
        judgeAt(
          rule,
          points,
          times.filter((atMs) => atMs <= noonMs + seconds(179)),
        ),
      ).toHaveLength(1);
    },
  );

  test("the reason is one sentence with numbers and units", () => {
    const rule = aRule({ forMs: minutes(3), aggregate: "avg" });
    const points = [aSeries([[noonMs, 93.21]])];

    const [first] = evaluateRule(rule, new Map(), points, noonMs);

    expect(first?.reason).toBe(
      'avg of cpu over 1 min for {host="a"} is 93.21 %, above the critical threshold of 90 %; it fires when that has held for 3 min.',
    );
    expect(first?.inputs).toEqual({
      windowFromMs: noonMs - minutes(1),
      windowToMs: noonMs,
      pointCount: 1,
      seriesCount: 1,
    });
  });

  test("each group is judged alone, and everything together without groupBy", () => {
    const points = [aSeries([[noonMs, 99]], { host: "a" }), aSeries([[noonMs, 61]], { host: "b" })];
    const outcomes = (rule: MeasuredRule) =>
      evaluateRule(rule, new Map(), points, noonMs).map(({ labels, measurement, outcome }) => [
        labels,
        measurement,
        outcome,
      ]);

    expect(outcomes(aRule({ groupBy: ["host"] }))).toEqual([
      [{ host: "a" }, 99, "fired"],
      [{ host: "b" }, 61, null],
    ]);
    expect(outcomes(aRule({ groupBy: [], aggregate: "avg" }))).toEqual([[{}, 80, null]]);
    expect(outcomes(aRule({ groupBy: ["*"] }))).toHaveLength(2);
  });

  test("a slow metric under a long window is not taken for a dead one", () => {
    const rule = aRule({ windowMs: minutes(60), noData: "ok", noDataAfterMs: minutes(5) });
    const points = [aSeries([[noonMs, 95]])];

    const decided = judgeAt(rule, points, [noonMs, noonMs + minutes(20), noonMs + minutes(61)]);

    expect(decided.map(({ outcome, measurement }) => [outcome, measurement])).toEqual([
      ["fired", 95],
      ["resolved", "no-data"],
    ]);
  });

  test("an infinite value is above every threshold and NaN is no value", () => {
    const judge = (value: number) =>
      evaluateRule(aRule(), new Map(), [aSeries([[noonMs, value]])], noonMs)[0];

    expect(judge(Number.POSITIVE_INFINITY)).toMatchObject({ emit: "fired", measurement: Number.MAX_VALUE });
    expect(judge(Number.NaN)).toMatchObject({ emit: "none" });
  });

  test("an alert of a rule that now looks elsewhere ends, saying so", () => {
    const before = aRule();
    const after = { ...before, metric: "load" };
    const [fired] = evaluateRule(before, new Map(), [aSeries([[noonMs, 99]])], noonMs);
    const states = new Map(
      fired
        ? [
            [
              fired.fingerprint,
              { status: fired.after, labels: fired.labels, scope: scopeOf(before), arrivedMs: 0 },
            ],
          ]
        : [],
    );

    const [ended] = evaluateRule(after, states, [], noonMs + seconds(15));

    expect(ended).toMatchObject({ emit: "resolved" });
    expect(ended?.reason).toContain("changed to look at other series");
  });
});
