import { describe, expect, test } from "@jest/globals";
import { judge, type Measurement, type Verdict } from "../../shared/alerts/severity.ts";
import { aRuleInput } from "./builders.ts";

const breach = (severity: "info" | "warning" | "critical", threshold: number | null): Verdict => ({
  kind: "breach",
  severity,
  threshold,
});
const clear: Verdict = { kind: "clear" };
const hold: Verdict = { kind: "hold" };

describe("severity", () => {
  test.each<[string, number, Verdict]>([
    [">", 80, clear],
    [">", 80.1, breach("warning", 80)],
    [">", 90.1, breach("critical", 90)],
    [">=", 80, breach("warning", 80)],
    ["<", 80, breach("critical", 90)],
    ["<", 90, clear],
    ["<=", 90, breach("critical", 90)],
    ["==", 80, breach("warning", 80)],
    ["==", 81, clear],
    ["!=", 90, breach("warning", 80)],
  ])("value %s thresholds: %d", (operator, value, expected) => {
    const rule = aRuleInput({ operator: operator as ">", thresholds: { warning: 80, critical: 90 } });

    expect(judge(value, rule)).toEqual(expected);
  });

  test.each<["ok" | "keep" | "alert", Measurement, Verdict]>([
    ["ok", "no-data", clear],
    ["keep", "no-data", hold],
    ["alert", "no-data", breach("critical", null)],
    ["alert", "quiet", hold],
    ["ok", "quiet", hold],
    ["alert", "could-not-measure", hold],
    ["ok", "could-not-measure", hold],
  ])("with the no-data policy %s, %s is judged apart from a value", (noData, measurement, expected) => {
    expect(judge(measurement, aRuleInput({ noData }))).toEqual(expected);
  });
});
