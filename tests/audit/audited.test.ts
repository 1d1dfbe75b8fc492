import { describe, expect, test } from "@jest/globals";
import { AuditRecordedV1 } from "../../events/audit.ts";
import { cell } from "../../shared/audit/export-audit.ts";
import { type AuditedEvent, actOfEvent, audited } from "../../shared/audit/index.ts";
import { readSamples } from "../contracts/read-samples.ts";
import { noonMs } from "./builders.ts";

const ctx = {
  tenantId: "ten_a",
  actor: { kind: "person" as const, id: "per_ada", name: "Ada" },
  traceId: "trace",
  causationId: null,
  from: { ip: "203.0.113.7", userAgent: "test", requestId: "req_1" },
  nowMs: noonMs,
};
const resource = { type: "channel", id: "chn_1" };
const recordOf = (change: Partial<Parameters<typeof audited>[1]>) =>
  AuditRecordedV1.parse(audited(ctx, { did: "updated", resource, ...change }).data);

describe("the record of a change", () => {
  test("says who, what, before, after, why and from where", () => {
    const event = audited(ctx, { did: "updated", resource, before: { a: 1 }, after: { a: 2 }, why: "asked" });

    expect(event).toMatchObject({
      type: "audit.recorded.v1",
      tenantId: "ten_a",
      actor: ctx.actor,
      data: {
        action: "channel.updated",
        resource,
        before: { a: 1 },
        after: { a: 2 },
        why: "asked",
        from: ctx.from,
      },
    });
  });

  test("of an update keeps what changed, and no bookkeeping", () => {
    const before = { name: "a", enabled: true, version: 1, updatedAt: "x", labels: { a: 1, b: 2 } };
    const after = { name: "a", enabled: false, version: 2, updatedAt: "y", labels: { b: 2, a: 1 } };

    expect(recordOf({ before, after })).toMatchObject({
      before: { enabled: true },
      after: { enabled: false },
    });
  });

  test("S-08: holds no secret, by its name or by its looks", () => {
    const secrets = {
      secret: "whsec_AAAA",
      webhookUrl: "https://hooks.slack.com/services/T0/B0/abc",
      headers: { Authorization: "Bearer abc", "x-api-token": "abc" },
      note: "use so_live_AbCdEfGhIjKl_0123456789 here",
      url: "https://ada:hunter2@example.com/",
      tokens: 12,
    };

    const text = JSON.stringify(recordOf({ after: secrets }));

    for (const secret of ["whsec", "T0/B0", "abc", "so_live_AbC", "hunter2"]) {
      expect(text).not.toContain(secret);
    }
    expect(recordOf({ after: secrets }).after).toMatchObject({ tokens: 12 });
  });

  test("stays small however large the change", () => {
    const after = { text: "x".repeat(1_000_000) };

    expect(JSON.stringify(recordOf({ after })).length).toBeLessThan(20_000);
  });
});

describe("facts on the bus", () => {
  const samples = readSamples();
  const actOf = (type: string, changes: object = {}) =>
    actOfEvent({ ...(samples.get(type) as object), ...changes } as AuditedEvent);

  test.each([
    ["incident.opened.v1", "incident.opened"],
    ["notification.delivered.v1", "notification.delivered"],
    ["notification.failed.v1", "notification.given-up"],
  ])("%s is on record as %s, with the platform as its actor and its cause", (type, action) => {
    expect(actOf(type)).toMatchObject({ action, actor: { kind: "system" }, from: null });
    expect(actOf(type)?.causationId).toMatch(/^evt_/);
  });

  test("an incident that the platform moved is on record, one that a person moved has a record of its own", () => {
    const type = "incident.state-changed.v1";

    expect(actOf(type, { actor: { kind: "system", id: "incidents-correlate" } })?.action).toBe(
      "incident.moved",
    );
    expect(actOf(type, { actor: { kind: "person", id: "per_ada" } })).toBeUndefined();
  });
});

test.each([
  ["=1+1", `"'=1+1"`],
  ["+1", `"'+1"`],
  ["-1", `"'-1"`],
  ["@SUM(A1)", `"'@SUM(A1)"`],
  ["\t=1", `"'\t=1"`],
  ['say "hi"', '"say ""hi"""'],
  ["plain", '"plain"'],
  [undefined, '""'],
  [7, "7"],
])("S-48: a cell of %j is written %s", (value, text) => {
  expect(cell(value)).toBe(text);
});
