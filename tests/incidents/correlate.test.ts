import { describe, expect, test } from "@jest/globals";
import { correlate } from "../../shared/incidents/correlate.ts";
import { mergeSignals } from "../../shared/incidents/member.ts";
import { anIncident, aSignal, at, noonMs } from "./builders.ts";

const nowMs = noonMs + 10 * 60_000;
const nowhere = { home: undefined, current: undefined };
const home = (set: Parameters<typeof anIncident>[0], ...signals: Parameters<typeof aSignal>[0][]) => ({
  incident: anIncident(set),
  member: mergeSignals(
    undefined,
    (signals.length > 0 ? signals : [{}]).map(aSignal) as [ReturnType<typeof aSignal>],
  ),
});
const closed = { state: "RESOLVED", resolvedAt: at(7), firingCount: 0 } as const;

describe("which incident an alert belongs to", () => {
  test("a first alert opens one, named after rule and service", () => {
    expect(correlate([aSignal({ severity: "critical" })], nowhere, nowMs)).toEqual({
      kind: "open",
      severity: "critical",
      title: "Rule rul_1 on payments",
      reason: '"Rule rul_1" fired and no incident was open for service `payments`',
    });
  });

  test("without a service the rule is the subject", () => {
    expect(correlate([aSignal({ labels: { host: "a" } })], nowhere, nowMs)).toMatchObject({
      title: "Rule rul_1",
      reason: '"Rule rul_1" fired and no incident was open for rule "Rule rul_1"',
    });
  });

  test("an alert of the same service joins, and the reason says why in words", () => {
    const current = anIncident({ firingCount: 3, openedAt: "2026-11-20T10:02:00.000Z" });

    expect(
      correlate([aSignal({ alert: "alt_b", rule: "rul_2" })], { home: undefined, current }, nowMs),
    ).toEqual({
      kind: "attach",
      incidentId: current.id,
      reason:
        '"Rule rul_2" joined because it is the same service `payments` as 3 firing alerts since 10:02 UTC',
    });
  });

  test.each([
    ["one touched a day ago", { updatedAt: "2026-11-19T12:10:00.000Z" }, "attach"],
    ["one untouched for longer", { updatedAt: "2026-11-19T12:09:00.000Z" }, "open"],
    ["a mitigated one", { state: "MITIGATED" }, "attach"],
    ["a resolved one", closed, "open"],
    ["a learned one", { ...closed, state: "LEARNED" }, "open"],
  ] as const)("beside %s the alert comes to %s → %s", (_, set, kind) => {
    expect(
      correlate([aSignal({ alert: "alt_b" })], { home: undefined, current: anIncident(set) }, nowMs).kind,
    ).toBe(kind);
  });

  test("a resolved incident stays resolved; the next one names it", () => {
    const known = home(closed, {}, { kind: "resolved", at: 7 });

    const verdict = correlate([aSignal({ startedAt: 9 })], { home: known, current: known.incident }, nowMs);

    expect(verdict).toMatchObject({
      kind: "open",
      reason: expect.stringContaining(`the former, ${known.incident.id}, was resolved 3 min before`),
    });
  });

  test.each([
    ["what is known already", home({}), {}, "ignore"],
    ["news of its own alert", home({}), { kind: "severity-changed", at: 1 }, "attach"],
    ["the end of its own alert", home({}), { kind: "resolved", at: 1 }, "attach"],
    [
      "the end of an alert whose incident a person closed",
      home(closed),
      { kind: "resolved", at: 8 },
      "attach",
    ],
    [
      "a lighter severity after a person closed it",
      home(closed),
      { kind: "severity-changed", severity: "info", at: 8 },
      "attach",
    ],
    [
      "a graver severity after a person closed it",
      home(closed),
      { kind: "severity-changed", severity: "critical", at: 8 },
      "open",
    ],
    [
      "an end older than the present start",
      home({}, { startedAt: 5 }),
      { kind: "resolved", at: 2 },
      "ignore",
    ],
    ["an end of an alert nobody knows", undefined, { kind: "resolved", at: 2 }, "ignore"],
  ] as const)("%s → %j", (_, known, signal, kind) => {
    expect(correlate([aSignal(signal)], { home: known, current: known?.incident }, nowMs).kind).toBe(kind);
  });
});
