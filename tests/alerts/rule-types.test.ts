import { describe, expect, test } from "@jest/globals";
import { backtestRule } from "../../shared/alerts/backtest-rule.ts";
import { checkRule } from "../../shared/alerts/check-rule.ts";
import { evaluateRule } from "../../shared/alerts/evaluate-rule.ts";
import { judgeForecast, type TimeLeft } from "../../shared/alerts/judge-forecast.ts";
import {
  AlertRule,
  AlertRuleInput,
  ForecastRuleInput,
  RateOfChangeRuleInput,
} from "../../shared/alerts/schemas.ts";
import { Invalid } from "../../shared/platform/errors.ts";
import { noiseAt } from "../anomalies/builders.ts";
import { aCtx, aRule, aSeries, minutes, noonMs } from "./builders.ts";
import { memoryMetrics } from "./memory-metrics.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

describe("a rule without a type", () => {
  test("is a threshold, as every rule was", () => {
    const { type: _type, ...stored } = aRule();

    expect(AlertRule.parse(stored)).toEqual(aRule({ id: stored.id }));
    expect(
      AlertRuleInput.parse({ name: "n", metric: "m", operator: ">", thresholds: { info: 1 } }).type,
    ).toBe("threshold");
  });

  test.each([
    ["an unknown type", { type: "magic", name: "n", metric: "m" }],
    [
      "a threshold with an anomaly's field",
      { name: "n", metric: "m", operator: ">", thresholds: { info: 1 }, sensitivity: "low" },
    ],
    ["an anomaly rule for a group", { type: "anomaly", name: "n", groupBy: ["host"] }],
  ])("%s is refused", (_what, rule) => {
    expect(AlertRuleInput.safeParse(rule).success).toBe(false);
  });
});

describe("a rule on change", () => {
  const rule = (over: object = {}) => ({
    ...RateOfChangeRuleInput.parse({
      type: "rate-of-change",
      name: "Jumps",
      metric: "cpu",
      operator: ">",
      thresholds: { warning: 50 },
      windowMs: minutes(1),
      overMs: minutes(10),
      groupBy: ["host"],
      ...over,
    }),
    id: "rul_change",
  });
  const points = (before: number, now: number) => [
    aSeries([
      [noonMs - minutes(10), before],
      [noonMs, now],
    ]),
  ];

  test.each<[string, object, number, number, number | string]>([
    ["a rise in percent", {}, 100, 160, 60],
    ["a fall in percent", {}, 100, 40, -60],
    ["a rise from a negative value", {}, -100, -40, 60],
    ["a plain difference", { change: "absolute" }, 100, 160, 60],
    ["nothing at all", {}, 0, 0, 0],
    ["a rise from nothing", {}, 0, 1, Number.MAX_VALUE],
  ])("measures %s", (_what, over, before, now, change) => {
    const [evaluation] = evaluateRule(rule(over), new Map(), points(before, now), noonMs);

    expect(evaluation?.measurement).toBe(change);
  });

  test("fires beyond its threshold and says what it compared", () => {
    const [evaluation] = evaluateRule(rule(), new Map(), points(100, 160), noonMs);

    expect(evaluation).toMatchObject({ emit: "fired", unit: "%" });
    expect(evaluation?.reason).toContain("the change within 10 min of avg of cpu");
  });

  test("cannot measure what has no earlier window, and lets everything stand", () => {
    const [evaluation] = evaluateRule(rule(), new Map(), [aSeries([[noonMs, 160]])], noonMs);

    expect(evaluation).toMatchObject({ measurement: "could-not-measure", emit: "none" });
  });

  test("is tried on history like any other", async () => {
    const metrics = memoryMetrics();
    const ctx = aCtx({ nowMs: noonMs + hourMs });
    metrics.keep(
      ctx.tenantId,
      Array.from({ length: 60 }, (_, i) => ({ atMs: noonMs + minutes(i), value: i < 30 ? 10 : 40 })),
    );
    const { id: _id, ...input } = rule();

    const result = await backtestRule(ctx, { rule: input, from: "-1h", to: "now" }, metrics.store);

    expect(result.firings).toHaveLength(1);
    expect(result.firings[0]?.startedMs).toBeGreaterThanOrEqual(noonMs + minutes(30));
    expect(result.firings[0]?.endedMs).toBeLessThanOrEqual(noonMs + minutes(42));
  });
});

describe("a rule on a forecast", () => {
  const rule = ForecastRuleInput.parse({
    type: "forecast",
    name: "Disk full",
    metric: "disk",
    limit: 100,
    withinMs: { warning: 3 * dayMs, critical: dayMs },
    historyMs: 10 * dayMs,
  });
  const judged = (left: TimeLeft) =>
    judgeForecast(rule, undefined, { fingerprint: "f", labels: { host: "a" }, left, unit: "%" }, noonMs);

  test.each<[string, TimeLeft, string | null]>([
    ["two days away warns", { kind: "known", seconds: (2 * dayMs) / 1000, last: 90 }, "warning"],
    ["hours away is critical", { kind: "known", seconds: 3_600, last: 99 }, "critical"],
    ["reached already is critical", { kind: "known", seconds: 0, last: 101 }, "critical"],
    ["not in sight is nothing", { kind: "known", seconds: null, last: 50 }, null],
    ["unknown changes nothing", { kind: "unknown", why: "too few values." }, null],
  ])("a limit that is %s", (_what, left, severity) => {
    const { emit, after } = judged(left);

    expect([emit, severity && after.severity]).toEqual([severity ? "fired" : "none", severity]);
  });

  test("says when, in words", () => {
    expect(judged({ kind: "known", seconds: (2 * dayMs) / 1000, last: 90 }).reason).toContain(
      "is 90 % and will probably reach 100 % in 2 d",
    );
  });

  test("whose milder severity could never show is refused", () => {
    const reversed = { ...rule, withinMs: { warning: dayMs, critical: 3 * dayMs } };

    expect(() => checkRule(reversed)).toThrow(Invalid);
  });

  test("would have fired while the disk filled, seen from what was known then", async () => {
    const metrics = memoryMetrics();
    const ctx = aCtx({ nowMs: noonMs });
    metrics.keep(
      ctx.tenantId,
      Array.from({ length: 12 * 24 }, (_, hour) => ({
        atMs: noonMs - 12 * dayMs + hour * hourMs + 1_000,
        value: 40 + 0.2 * hour + 0.1 * noiseAt(hour),
        name: "disk",
      })),
    );

    const result = await backtestRule(ctx, { rule, from: "-2d", to: "now" }, metrics.store);

    expect(result.firings.map(({ severity }) => severity)).toContain("critical");
    expect(result.firings[0]?.startedMs).toBeGreaterThanOrEqual(noonMs - 2 * dayMs);
  });
});

describe("a rule on anomalies", () => {
  test("would have fired while a series was unlike itself", async () => {
    const metrics = memoryMetrics();
    const ctx = aCtx({ nowMs: noonMs });
    const count = 2_000;
    metrics.keep(
      ctx.tenantId,
      Array.from({ length: count }, (_, i) => ({
        atMs: noonMs - minutes(count - i) + 1_000,
        value: 100 + noiseAt(i) + (i > count - 60 && i < count - 50 ? 40 : 0),
      })),
    );
    const rule = AlertRuleInput.parse({ type: "anomaly", name: "n", metric: "cpu", severity: "critical" });

    const result = await backtestRule(ctx, { rule, from: "-2h", to: "now" }, metrics.store);

    expect(result.stepMs).toBe(60_000);
    expect(result.firings).toMatchObject([{ severity: "critical" }]);
    expect(Math.abs((result.firings[0]?.startedMs ?? 0) - (noonMs - minutes(59)))).toBeLessThanOrEqual(
      minutes(3),
    );
  });

  test.each([
    ["every metric", { metric: "*" }],
    ["services", { metric: "cpu", watch: "services" }],
  ])("on %s has no one history to be tried on", async (_what, over) => {
    const rule = AlertRuleInput.parse({ type: "anomaly", name: "n", ...over });

    await expect(
      backtestRule(aCtx(), { rule, from: "-2h", to: "now" }, memoryMetrics().store),
    ).rejects.toThrow(Invalid);
  });
});

describe("a rule of a project", () => {
  test.each([
    { type: "forecast", limit: 100, withinMs: { critical: dayMs } },
    { type: "anomaly", severity: "critical" },
  ])("$type: is tried on that project's series alone", async (over) => {
    const metrics = memoryMetrics();
    const asked: string[][] = [];
    const store: typeof metrics.store = {
      ...metrics.store,
      query: (tenantId, input) => {
        asked.push(input.matchers.map(({ label, value }) => `${label}=${value}`));
        return metrics.store.query(tenantId, input);
      },
    };
    const rule = AlertRuleInput.parse({ name: "n", metric: "cpu", project: "search", ...over });

    await backtestRule(aCtx({ nowMs: noonMs }), { rule, from: "-2h", to: "now" }, store);

    expect(asked.length).toBeGreaterThan(0);
    for (const matchers of asked) expect(matchers).toContain("sentinelops.project=search");
  });
});
