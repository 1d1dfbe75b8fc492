import { describe, expect, test } from "@jest/globals";
import { AlertRuleInput } from "../../shared/alerts/schemas.ts";
import {
  draftOf,
  emptyDraft,
  type RuleDraft,
  type RuleType,
  readDraft,
  suggestedName,
} from "../../web/src/features/alerts/rule-draft.ts";

const said = {
  name: "n",
  metric: "m",
  match: '{a="b"}',
  labels: { team: "shop" },
  annotations: { summary: "{{ value }}" },
  enabled: false,
};
const measured = {
  ...said,
  groupBy: ["host"],
  aggregate: "p95",
  windowMs: 90_000,
  operator: "<=",
  thresholds: { critical: -1.5, info: 0 },
  forMs: 0,
  keepFiringForMs: 5_400_000,
  noData: "alert",
  noDataAfterMs: 600_000,
};
const rules: Record<RuleType, object> = {
  threshold: measured,
  "rate-of-change": { ...measured, overMs: 3_600_000, change: "absolute" },
  anomaly: { ...said, groupBy: ["*"], watch: "series", sensitivity: "high", severity: "critical" },
  forecast: {
    ...said,
    groupBy: [],
    aggregate: "max",
    limit: 0.95,
    withinMs: { critical: 86_400_000, warning: 259_200_000 },
    historyMs: 604_800_000,
    keepFiringForMs: 0,
  },
};
const types = Object.keys(rules) as RuleType[];

describe("a rule being written", () => {
  test.each(types)("of type %s is read back as it was stored", (type) => {
    const stored = AlertRuleInput.parse({ type, ...rules[type] });

    expect(readDraft(draftOf(stored))).toEqual({ rule: stored });
  });

  test.each(types)(
    "of type %s, as it starts, is taken by the API once what is asked for is given",
    (type) => {
      const started: RuleDraft = { ...emptyDraft, type, metric: "m" };

      const given: RuleDraft = {
        ...started,
        measured: { ...started.measured, thresholds: { critical: "−1.5", warning: "", info: "" } },
        forecast: { ...started.forecast, limit: "1" },
      };

      const { rule } = readDraft(given);
      expect(AlertRuleInput.parse(rule)).toEqual(rule);
      expect(rule?.name).toBe(suggestedName(given));
    },
  );

  test("what was typed for one type stands by while another is looked at", () => {
    const draft = draftOf(AlertRuleInput.parse({ type: "forecast", ...rules.forecast }));

    const there: RuleDraft = { ...draft, type: "anomaly" };

    expect(readDraft(there).rule).toMatchObject({ type: "anomaly", metric: "m", groupBy: ["*"] });
    expect(readDraft({ ...there, type: "forecast" }).rule).toMatchObject(rules.forecast);
  });

  test("an anomaly rule without a metric watches every one, and services are not watched by metric", () => {
    const anomaly: RuleDraft = { ...emptyDraft, type: "anomaly" };
    const services: RuleDraft = {
      ...anomaly,
      metric: "m",
      anomaly: { ...anomaly.anomaly, watch: "services" },
    };

    expect(readDraft(anomaly).rule).toMatchObject({ metric: "*", watch: "series" });
    expect(readDraft(services).rule).toMatchObject({ metric: "*", watch: "services" });
  });

  test.each([
    ["threshold", "thresholds", {}],
    ["threshold", "metric", { metric: " " }],
    [
      "threshold",
      "thresholds.info",
      { measured: { ...emptyDraft.measured, thresholds: { critical: "", warning: "", info: "lots" } } },
    ],
    ["rate-of-change", "overMs", { change: { over: "soon", change: "percent" } }],
    ["forecast", "limit", {}],
    ["forecast", "limit", { forecast: { ...emptyDraft.forecast, limit: "full" } }],
    [
      "forecast",
      "withinMs",
      { forecast: { ...emptyDraft.forecast, within: { critical: "", warning: "", info: "" } } },
    ],
    [
      "forecast",
      "withinMs.warning",
      { forecast: { ...emptyDraft.forecast, within: { critical: "", warning: "3 days", info: "" } } },
    ],
  ] as const)("a %s rule names %s as the field that is not yet right", (type, field, changes) => {
    const { faults } = readDraft({ ...emptyDraft, metric: "m", ...changes, type });

    expect(faults?.[field]).toMatch(/\w/);
  });
});
