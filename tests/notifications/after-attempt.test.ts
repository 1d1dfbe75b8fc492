import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { afterAttempt } from "../../shared/notifications/after-attempt.ts";
import { judgeAnswer, retryAfterMs } from "../../shared/notifications/channels/http-outcome.ts";
import type { SendOutcome } from "../../shared/notifications/channels/message.ts";
import type { StoredDelivery } from "../../shared/notifications/delivery.ts";
import { pendingDelivery } from "../../shared/notifications/owe.ts";
import { aSlackChannel, noonMs, someFacts } from "./builders.ts";

function aClaimed(changes: Partial<StoredDelivery> = {}): StoredDelivery {
  const owed = {
    id: "dlv_1",
    kind: "incident.opened" as const,
    channel: aSlackChannel(),
    subject: { about: "incident" as const, facts: someFacts() },
    title: "t",
    reason: "r",
    createdAtMs: noonMs,
  };
  return { ...pendingDelivery(owed), startedAttempts: 1, ...changes };
}

describe("what an HTTP answer means", () => {
  test.each<[number, Record<string, string>, SendOutcome["kind"]]>([
    [200, {}, "accepted"],
    [204, {}, "accepted"],
    [429, { "retry-after": "30" }, "wait"],
    [503, { "retry-after": "30" }, "wait"],
    [429, {}, "retry"],
    [429, { "retry-after": "soon" }, "retry"],
    [408, {}, "retry"],
    [425, {}, "retry"],
    [500, { "retry-after": "30" }, "retry"],
    [502, {}, "retry"],
    [301, {}, "rejected"],
    [400, {}, "rejected"],
    [403, {}, "rejected"],
    [404, { "retry-after": "30" }, "rejected"],
    [410, {}, "rejected"],
  ])("F9: %i with %j is %s", (status, headers, kind) => {
    expect(judgeAnswer({ status, headers }, noonMs).kind).toBe(kind);
  });

  test.each([
    ["30", 30_000],
    [" 0 ", 0],
    ["Fri, 20 Nov 2026 12:00:45 GMT", 45_000],
    ["Fri, 20 Nov 2026 11:00:00 GMT", 0],
    ["999999999", 900_000],
    ["-5", 0],
    ["soon", undefined],
    [undefined, undefined],
  ])("R-17: Retry-After %j is %j ms", (text, ms) => {
    const found = retryAfterMs(text, noonMs);

    expect(found === undefined || found >= 0).toBe(true);
    if (text !== "-5") expect(found).toBe(ms);
  });
});

describe("after an attempt", () => {
  test("R-17: a named time is obeyed to the millisecond, counted from the answer", () => {
    const outcome: SendOutcome = { kind: "wait", status: 429, waitMs: 30_000, reason: "busy" };

    const after = afterAttempt(aClaimed(), { outcome, atMs: noonMs, durationMs: 250 }, 0.99);

    expect(after).toMatchObject({
      kind: "again",
      pauseChannelUntilMs: noonMs + 30_250,
      delivery: { state: "retrying", notBeforeMs: noonMs + 30_250, leaseUntilMs: 0 },
    });
    expect(after.delivery.attempts).toEqual([
      {
        at: "2026-11-20T12:00:00.000Z",
        outcome: "retry",
        status: 429,
        durationMs: 250,
        nextAt: "2026-11-20T12:00:30.250Z",
        reason: "busy",
      },
    ]);
  });

  test("accepted ends it, and so does rejected with a broken channel", () => {
    const at = { atMs: noonMs, durationMs: 5 };
    const accepted = afterAttempt(aClaimed(), { outcome: { kind: "accepted", status: 200 }, ...at }, 0);
    const outcome: SendOutcome = { kind: "rejected", status: 404, reason: "It is gone." };
    const rejected = afterAttempt(aClaimed(), { outcome, ...at }, 0);

    expect(accepted).toMatchObject({ kind: "delivered", delivery: { state: "delivered" } });
    expect(rejected).toMatchObject({ kind: "failed", reason: "It is gone.", delivery: { state: "failed" } });
  });

  test("R-17: whatever comes back, it ends after at most eight attempts and one hour", () => {
    const outcomes = fc.oneof(
      fc.constant<SendOutcome>({ kind: "retry", status: 500, reason: "5xx" }),
      fc.constant<SendOutcome>({ kind: "retry", status: null, reason: "unreachable" }),
      fc.nat(900_000).map((waitMs): SendOutcome => ({ kind: "wait", status: 429, waitMs, reason: "busy" })),
    );
    fc.assert(
      fc.property(
        fc.array(outcomes, { minLength: 8, maxLength: 8 }),
        fc.double({ min: 0, max: 0.999, noNaN: true }),
        (all, random) => {
          let delivery = aClaimed({ startedAttempts: 0 });
          let atMs = noonMs;
          let attempts = 0;
          for (const outcome of all) {
            attempts++;
            const claimed = { ...delivery, startedAttempts: attempts };
            const after = afterAttempt(claimed, { outcome, atMs, durationMs: 10_000 }, random);
            delivery = after.delivery;
            if (after.kind !== "again") break;
            expect(delivery.notBeforeMs).toBeGreaterThanOrEqual(atMs + 10_000);
            atMs = delivery.notBeforeMs;
          }
          expect(delivery.state).toBe("failed");
          expect(atMs - noonMs).toBeLessThanOrEqual(3_600_000);
          expect(delivery.attempts).toHaveLength(attempts);
        },
      ),
    );
  });
});
