import { expect, test } from "@jest/globals";
import fc from "fast-check";
import type { AlertSignal } from "../../shared/incidents/alert-signal.ts";
import { changeOf, mergeSignal, mergeSignals } from "../../shared/incidents/member.ts";
import { aSignal, at } from "./builders.ts";

const signals = fc.array(
  fc.record({
    kind: fc.constantFrom("fired" as const, "severity-changed" as const, "resolved" as const),
    severity: fc.constantFrom("info" as const, "warning" as const, "critical" as const),
    startedAt: fc.integer({ min: 0, max: 3 }),
    at: fc.integer({ min: 0, max: 4 }),
  }),
  { minLength: 1, maxLength: 8 },
);

test("R-04: any order and any repetition of the signals ends in the same alert", () => {
  fc.assert(
    fc.property(signals, fc.integer(), (inputs, seed) => {
      const all = inputs.map(aSignal) as [AlertSignal, ...AlertSignal[]];
      const shuffled = [...all, ...all].sort(
        (a, b) => hash(a.eventId, seed) - hash(b.eventId, seed),
      ) as typeof all;

      expect(mergeSignals(undefined, shuffled)).toEqual(mergeSignals(undefined, all));
    }),
  );
});

test.each([
  ["the first signal", [], { kind: "fired" }, "joined"],
  ["the same again", [{ kind: "fired" }], { kind: "fired" }, "none"],
  ["a graver severity", [{}], { kind: "severity-changed", severity: "critical", at: 1 }, "escalated"],
  ["a lighter severity", [{}], { kind: "severity-changed", severity: "info", at: 1 }, "lowered"],
  ["the end", [{}], { kind: "resolved", at: 2 }, "resolved"],
  ["the end twice", [{}, { kind: "resolved", at: 2 }], { kind: "resolved", at: 2 }, "none"],
  ["a new start", [{}, { kind: "resolved", at: 2 }], { startedAt: 3 }, "restarted"],
  ["a firing of this episode after its end", [{}, { kind: "resolved", at: 2 }], { kind: "fired" }, "none"],
  ["F4: an end older than the present start", [{ startedAt: 3 }], { kind: "resolved", at: 2 }, "none"],
] as const)("%s is named as what it does", (_, before, signal, change) => {
  const known = before.length > 0 ? mergeSignals(undefined, before.map(aSignal) as [AlertSignal]) : undefined;

  expect(changeOf(known, mergeSignal(known, aSignal(signal)))).toBe(change);
});

test("a resolution is final within its episode, whatever comes later of that episode", () => {
  const member = mergeSignals(undefined, [
    aSignal({ kind: "resolved", at: 2 }),
    aSignal({ kind: "severity-changed", severity: "critical", at: 9 }),
  ]);

  expect(member).toMatchObject({ firing: false, resolvedAt: at(2), severity: "critical" });
});

function hash(text: string, seed: number): number {
  let sum = seed | 1;
  for (const letter of text) sum = (sum * 31 + letter.charCodeAt(0)) | 0;
  return sum;
}
