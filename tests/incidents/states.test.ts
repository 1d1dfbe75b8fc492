import { describe, expect, test } from "@jest/globals";
import { IncidentState } from "../../events/incidents.ts";
import { assertMayMove, isOpen, nextStates } from "../../shared/incidents/states.ts";

describe("incident states", () => {
  test.each([
    ["DETECTED", ["ACKNOWLEDGED", "INVESTIGATING", "MITIGATED", "RESOLVED"]],
    ["ACKNOWLEDGED", ["INVESTIGATING", "MITIGATED", "RESOLVED"]],
    ["INVESTIGATING", ["MITIGATED", "RESOLVED"]],
    ["MITIGATED", ["RESOLVED", "INVESTIGATING"]],
    ["RESOLVED", ["LEARNED", "INVESTIGATING"]],
    ["LEARNED", []],
  ] as const)("from %s lead exactly %j", (from, legal) => {
    expect(nextStates(from)).toEqual(legal);
    for (const to of IncidentState.options) {
      if ((legal as readonly string[]).includes(to)) expect(() => assertMayMove(from, to)).not.toThrow();
      else expect(() => assertMayMove(from, to)).toThrow(legal.join(", ") || "no other state");
    }
  });

  test("open is every state before RESOLVED", () => {
    expect(IncidentState.options.filter(isOpen)).toEqual([
      "DETECTED",
      "ACKNOWLEDGED",
      "INVESTIGATING",
      "MITIGATED",
    ]);
  });
});
