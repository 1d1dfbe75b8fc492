import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { alertTimeOf } from "../../shared/analysis/alert-time.ts";
import { noHead } from "../../shared/analysis/analysis-store.ts";
import { matcherText, seriesName } from "../../shared/analysis/measure.ts";
import { plainWords, spellSpan, spellValue } from "../../shared/analysis/plain-words.ts";
import { planRun, type RunRequest } from "../../shared/analysis/plan-run.ts";
import { callOnTheWay, reachOf } from "../../shared/analysis/reach.ts";
import type { Hypothesis, ScoreParts } from "../../shared/analysis/schemas.ts";
import { judged, ranked, scoreOf, unjudged } from "../../shared/analysis/score.ts";
import { similarityOf } from "../../shared/analysis/similarity.ts";
import { matchesAll, parseMatchers } from "../../shared/platform/labels/matchers.ts";
import type { Observation } from "../../shared/services/index.ts";
import type { Service } from "../../shared/services/schemas.ts";
import { noonMs } from "./builders.ts";

const minuteMs = 60_000;

describe("whether a request makes an analysis", () => {
  const opened: RunRequest = { incidentId: "inc_1", trigger: "opened", incidentVersion: 1, askedMs: noonMs };
  const joined: RunRequest = { ...opened, trigger: "alerts", incidentVersion: 5 };
  const asked: RunRequest = { ...opened, trigger: "asked", incidentVersion: null };
  const done = { ...noHead, version: 2, latest: 1, incidentVersion: 3, rankedMs: noonMs };
  const at = (minutes: number) => noonMs + minutes * minuteMs;

  test.each([
    ["an incident that opens", opened, noHead, 0, noonMs, "run"],
    ["one that is analysed", opened, done, 0, noonMs, "drop"],
    ["one that saw too little, in time", opened, { ...done, nextLookMs: at(1) }, 0, at(1), "run"],
    ["one that saw too little, before", opened, { ...done, nextLookMs: at(2) }, 0, at(1), "drop"],
    ["one that saw too little, in a storm", opened, { ...done, nextLookMs: at(1) }, 5, at(1), "drop"],
    ["one in a storm", opened, noHead, 10, noonMs, "later"],
    ["one that somebody is at", opened, { ...noHead, version: 1, claimedUntilMs: at(1) }, 0, noonMs, "later"],
    ["one whose maker died", opened, { ...noHead, version: 1, claimedUntilMs: at(1) }, 0, at(2), "run"],
    ["alerts before the first analysis", joined, noHead, 0, noonMs, "drop"],
    ["alerts that it saw", { ...joined, incidentVersion: 3 }, done, 0, at(10), "drop"],
    ["alerts soon after it", joined, done, 0, at(1), "later"],
    ["alerts where another waits", joined, { ...done, pendingUntilMs: at(5) }, 0, at(1), "drop"],
    ["alerts a while after it", joined, done, 0, at(5), "run"],
    ["alerts while others open", joined, done, 5, at(5), "later"],
    ["a person", asked, done, 50, at(1), "run"],
    ["a person who clicks twice", asked, done, 0, noonMs + 1_000, "drop"],
  ] as const)("%s", (_what, request, head, used, nowMs, kind) => {
    expect(planRun(request, head, used, nowMs).kind).toBe(kind);
  });

  test("of any number of joins that wait, one comes back, and when it does its time has come", () => {
    const first = planRun(joined, done, 0, at(1));
    if (first.kind !== "later") throw new Error("it does not wait");
    const holding = { ...done, pendingUntilMs: first.atMs };

    expect(planRun({ ...joined, incidentVersion: 9 }, holding, 0, at(2)).kind).toBe("drop");
    expect(planRun(joined, holding, 0, first.atMs).kind).toBe("run");
  });
});

describe("what the ranking takes for the alert's moment", () => {
  const startS = noonMs / 1000;
  const since = (s: number) => [
    { service: "a", metric: "m", unit: "", timestamps: [startS - s - 60, startS - s], values: [null, 1] },
  ];

  test.each([
    ["an hour of history", 3_600, 0],
    ["six minutes", 360, 0],
    ["three minutes", 180, 60],
    ["half a minute", 30, 105],
  ])("%s", (_what, historyS, laterS) => {
    expect(alertTimeOf(since(historyS), noonMs)).toBe(startS + laterS);
  });
});

describe("scores", () => {
  const parts: ScoreParts = {
    signalStrength: 1,
    timeCorrelation: 1,
    precedent: 1,
    evidenceQuality: 1,
    humanValidation: 1,
  };

  test("are 0 to 1, and no part lowers them", () => {
    const part = fc.double({ min: 0, max: 1, noNaN: true });
    const some = fc.record({
      signalStrength: part,
      timeCorrelation: part,
      precedent: part,
      evidenceQuality: part,
      humanValidation: part,
    });

    fc.assert(
      fc.property(some, fc.double({ min: -0.3, max: 0.1, noNaN: true }), (given, moved) => {
        const score = scoreOf(given, moved);
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(1);
        for (const name of Object.keys(parts)) {
          expect(scoreOf({ ...given, [name]: 1 }, moved)).toBeGreaterThanOrEqual(score);
        }
      }),
    );
    expect(scoreOf(parts, 0)).toBe(1);
  });

  test("a person's word moves its own hypothesis and no other", () => {
    const refutation = {
      observation: "",
      query: null,
      link: null,
      outcome: "stands" as const,
      found: "",
      moved: 0,
    };
    const some = { ...parts, humanValidation: unjudged, signalStrength: 0.4 };
    const of = (id: string, given: ScoreParts): Omit<Hypothesis, "rank"> => ({
      ...{ id, cause: { service: id }, statement: id, parts: given, refutation },
      ...{ for: [], against: [], feedback: null, score: scoreOf(given, 0) },
    });
    const hypotheses = ranked([of("a", some), of("b", { ...some, signalStrength: 0.3 })]);
    const rejected = {
      verdict: "rejected" as const,
      cause: null,
      note: null,
      at: "",
      actor: { kind: "person" as const, id: "u" },
    };

    const after = judged(hypotheses, new Map([["a", rejected]]));

    expect(hypotheses.map(({ id }) => id)).toEqual(["a", "b"]);
    expect(after.map(({ id, rank }) => [id, rank])).toEqual([
      ["b", 1],
      ["a", 2],
    ]);
    expect(after[0]?.score).toBe(hypotheses[1]?.score);
  });
});

describe("reach", () => {
  const seen = (metrics: string[], callees: string[] = [], hosts: string[] = []) => ({
    metrics: new Map(metrics.map((name) => [name, 1])),
    callees: new Map(callees.map((name) => [name, 1])),
    hosts: new Map(hosts.map((name) => [name, 1])),
  });

  test("is callers, callees and hosts, the nearest first", () => {
    const observation: Observation = new Map([
      ["web", seen(["w"], ["checkout"])],
      ["checkout", seen(["c"], ["payments", "mail"], ["host-1"])],
      ["payments", seen(["p"], ["bank"])],
      ["neighbour", seen(["n"], [], ["host-1"])],
      ["host-1", seen(["cpu"])],
      ["stranger", seen(["s"])],
    ]);

    const reach = reachOf("checkout", { services: [], seen: observation });

    expect(reach.entities.slice(0, 4).sort()).toEqual(["checkout", "mail", "payments", "web"]);
    expect(reach.entities).toEqual(expect.arrayContaining(["bank", "host-1", "neighbour"]));
    expect(reach.entities).not.toContain("stranger");
    expect(reach.metrics[0]).toBe("c");
    expect(reach.unmeasured.sort()).toEqual(["bank", "mail"]);
    expect(reach.topologyUnknown).toBe(false);
  });

  test("where no call is known it is everything, and says so", () => {
    const reach = reachOf("a", {
      services: [],
      seen: new Map([
        ["a", seen(["x"])],
        ["b", seen(["y"])],
      ]),
    });

    expect(reach).toMatchObject({ entities: ["a", "b"], topologyUnknown: true });
  });

  test("declared dependencies count like learned ones, and circles end", () => {
    const service = (name: string, callee: string): Service => ({
      ...{
        project: "default",
        name,
        owner: null,
        description: null,
        runbooks: [],
        hosts: [],
        known: "declared",
      },
      ...{ dependencies: [{ service: callee, known: "declared" }], lastSeenAt: null },
      ...{ updatedAt: null, updatedBy: null, version: 1 },
    });
    const services = [service("a", "b"), service("b", "c"), service("c", "a")];

    const { edges } = reachOf("a", { services, seen: new Map() });

    expect(callOnTheWay("a", "c", edges)).toEqual({ caller: "b", callee: "c" });
    expect(callOnTheWay("a", "nowhere", edges)).toBeUndefined();
  });
});

describe("similarity", () => {
  const one = { service: "checkout", rules: ["Slow"], labels: { team: "shop" } };

  test("is 1 for the same, 0 for nothing in common, and the same both ways", () => {
    const other = { service: "mail", rules: ["Queue"], labels: {} };

    expect(similarityOf(one, one)).toBeCloseTo(1);
    expect(similarityOf(one, other)).toBe(0);
    expect(similarityOf(one, { ...other, service: "checkout" })).toBe(
      similarityOf({ ...other, service: "checkout" }, one),
    );
  });
});

describe("words from outside", () => {
  test("are cut, on one line and visible", () => {
    expect(plainWords("a\u202Eb\n\tc\u200B\u{E0041}d")).toBe("a b c d");
    expect(plainWords("x".repeat(200))).toHaveLength(80);
    expect(plainWords("🙂".repeat(100), 3)).toBe("🙂🙂…");
  });

  test("a label's value in a link asks for that value and no other", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "binary", maxLength: 60 }),
        fc.string({ maxLength: 20 }),
        (value, other) => {
          const matchers = parseMatchers(matcherText({ "service.name": value }));
          if (matchers.length === 0) return;
          expect(matchesAll(matchers, { "service.name": value })).toBe(true);
          if (other !== value) expect(matchesAll(matchers, { "service.name": other })).toBe(false);
        },
      ),
    );
  });

  test.each([
    ["http.server.request.duration", "p95", "http.server.request.duration p95"],
    ["http.server.request.duration", "rate", "http.server.request rate"],
    ["shop.requests.failed", "rate", "shop.requests.failed rate"],
    ["system.cpu.utilization", "avg", "system.cpu.utilization"],
  ] as const)("%s as %s is called %s", (metric, aggregate, name) => {
    expect(seriesName(metric, aggregate)).toBe(name);
  });

  test.each([
    [spellValue(0.42, "s"), "0.42 s"],
    [spellValue(1234.5, null), "1235"],
    [spellValue(2.06, "1/s"), "2.1/s"],
    [spellSpan(45_000), "45 s"],
    [spellSpan(-3_600_000), "60 min"],
  ])("%s", (spelled, expected) => {
    expect(spelled).toBe(expected);
  });
});
