import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Verdict } from "../../shared/alerts/severity.ts";
import {
  type AlertStatus,
  applyTransition,
  blankStatus,
  type Emit,
  type Outcome,
  type Timing,
} from "../../shared/alerts/transition.ts";
import { minutes } from "./builders.ts";

const critical: Verdict = { kind: "breach", severity: "critical", threshold: 90 };
const warning: Verdict = { kind: "breach", severity: "warning", threshold: 80 };
const clear: Verdict = { kind: "clear" };
const hold: Verdict = { kind: "hold" };
const atOnce: Timing = { forMs: 0, keepFiringForMs: 0 };
const patient: Timing = { forMs: minutes(3), keepFiringForMs: minutes(5) };
const t0 = minutes(100);

const pending: AlertStatus = {
  ...blankStatus,
  state: "pending",
  severity: "critical",
  pendingSinceMs: t0,
  dataMs: t0,
};
const firing: AlertStatus = { ...pending, state: "firing", startedMs: t0 };
const kept: AlertStatus = { ...firing, clearSinceMs: t0 };
const resolved: AlertStatus = { ...firing, state: "resolved", resolvedMs: t0 };

interface Case {
  from: AlertStatus;
  verdict: Verdict;
  rule: Timing;
  afterMs: number;
  silent?: boolean;
  to: AlertStatus["state"];
  emit?: Emit;
  outcome?: Outcome;
}

const cases: Record<string, Case> = {
  "nothing happens while all is well": {
    from: blankStatus,
    verdict: clear,
    rule: atOnce,
    afterMs: 0,
    to: "inactive",
  },
  "without for it fires at once": {
    from: blankStatus,
    verdict: critical,
    rule: atOnce,
    afterMs: 0,
    to: "firing",
    emit: "fired",
    outcome: "fired",
  },
  "with for it waits": {
    from: blankStatus,
    verdict: critical,
    rule: patient,
    afterMs: 0,
    to: "pending",
    outcome: "pending",
  },
  "one millisecond short of for it still waits": {
    from: pending,
    verdict: critical,
    rule: patient,
    afterMs: minutes(3) - 1,
    to: "pending",
  },
  "when for is over it fires": {
    from: pending,
    verdict: critical,
    rule: patient,
    afterMs: minutes(3),
    to: "firing",
    emit: "fired",
    outcome: "fired",
  },
  "a pending alert that clears is dropped without a word": {
    from: pending,
    verdict: clear,
    rule: patient,
    afterMs: minutes(2),
    to: "inactive",
    outcome: "pending-dropped",
  },
  "a firing alert goes on without a word": {
    from: firing,
    verdict: critical,
    rule: patient,
    afterMs: minutes(1),
    to: "firing",
  },
  "another threshold changes its severity": {
    from: firing,
    verdict: warning,
    rule: patient,
    afterMs: minutes(1),
    to: "firing",
    emit: "severity-changed",
    outcome: "severity-changed",
  },
  "without keepFiringFor it resolves at once": {
    from: firing,
    verdict: clear,
    rule: atOnce,
    afterMs: minutes(1),
    to: "resolved",
    emit: "resolved",
    outcome: "resolved",
  },
  "keepFiringFor keeps it firing": {
    from: firing,
    verdict: clear,
    rule: patient,
    afterMs: minutes(1),
    to: "firing",
    outcome: "kept",
  },
  "a kept alert whose condition returns goes on as the same": {
    from: kept,
    verdict: critical,
    rule: patient,
    afterMs: minutes(4),
    to: "firing",
    outcome: "kept",
  },
  "a kept alert resolves when keepFiringFor is over": {
    from: kept,
    verdict: clear,
    rule: patient,
    afterMs: minutes(5),
    to: "resolved",
    emit: "resolved",
    outcome: "resolved",
  },
  "a resolved alert fires anew": {
    from: resolved,
    verdict: critical,
    rule: atOnce,
    afterMs: minutes(1),
    to: "firing",
    emit: "fired",
    outcome: "fired",
  },
  "nothing measured, nothing changed": {
    from: firing,
    verdict: hold,
    rule: atOnce,
    afterMs: minutes(9),
    to: "firing",
  },
  "missing data that keeps the alert is noted": {
    from: firing,
    verdict: hold,
    rule: atOnce,
    afterMs: minutes(9),
    silent: true,
    to: "firing",
    outcome: "no-data",
  },
  "missing data that alerts does not wait for for": {
    from: blankStatus,
    verdict: { ...critical, threshold: null },
    rule: patient,
    afterMs: 0,
    silent: true,
    to: "firing",
    emit: "fired",
    outcome: "fired",
  },
  "missing data of a firing alert is noted, not fired again": {
    from: firing,
    verdict: { ...critical, threshold: null },
    rule: patient,
    afterMs: 0,
    silent: true,
    to: "firing",
    outcome: "no-data",
  },
};

describe("the life of an alert", () => {
  test.each(Object.entries(cases))(
    "%s",
    (_, { from, verdict, rule, afterMs, silent = false, to, emit, outcome }) => {
      const nowMs = t0 + afterMs;

      const transition = applyTransition(from, { verdict, dataMs: nowMs, silent }, rule, nowMs);

      expect(transition.next.state).toBe(to);
      expect(transition.emit).toBe(emit ?? "none");
      expect(transition.outcome).toBe(outcome ?? null);
    },
  );

  test("F4: a verdict from older data changes nothing", () => {
    const sight = { verdict: clear, dataMs: t0 - 1, silent: false };

    expect(applyTransition(firing, sight, atOnce, t0 - 1)).toMatchObject({ next: firing, emit: "none" });
  });

  const verdicts = fc.constantFrom(critical, warning, clear, hold);
  const steps = fc.array(fc.record({ verdict: verdicts, gapMs: fc.integer({ min: 0, max: minutes(4) }) }), {
    maxLength: 60,
  });
  const timings = fc.record({
    forMs: fc.constantFrom(0, minutes(1), minutes(3)),
    keepFiringForMs: fc.constantFrom(0, minutes(2)),
  });

  test("whatever the verdicts, every firing is told once and ends at most once", () => {
    fc.assert(
      fc.property(steps, timings, (all, timing) => {
        let status = blankStatus;
        let nowMs = t0;
        let told: Emit = "resolved";
        for (const { verdict, gapMs } of all) {
          nowMs += gapMs;
          const transition = applyTransition(
            status,
            { verdict, dataMs: nowMs, silent: false },
            timing,
            nowMs,
          );
          if (transition.emit === "fired") expect(told).toBe("resolved");
          if (transition.emit === "resolved") expect(told).toBe("fired");
          if (transition.emit === "fired" || transition.emit === "resolved") told = transition.emit;
          expect(transition.next.state === "firing").toBe(told === "fired");
          status = transition.next;
        }
      }),
    );
  });

  test("R-01: the same verdict at the same moment again changes nothing more", () => {
    fc.assert(
      fc.property(steps, timings, (all, timing) => {
        let status = blankStatus;
        let nowMs = t0;
        for (const { verdict, gapMs } of all) {
          nowMs += gapMs;
          const sight = { verdict, dataMs: nowMs, silent: false };
          status = applyTransition(status, sight, timing, nowMs).next;
          const again = applyTransition(status, sight, timing, nowMs);
          expect(again.emit).toBe("none");
          expect(again.next).toEqual(status);
        }
      }),
    );
  });
});
