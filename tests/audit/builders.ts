import type { Act } from "../../shared/audit/index.ts";
import { newId } from "../../shared/platform/ids.ts";

export const noonMs = Date.parse("2026-05-01T12:00:00Z");

/** Somebody changed an alert rule. */
export function anAct(changes: Partial<Act> = {}): Act {
  return {
    at: new Date(noonMs).toISOString(),
    actor: { kind: "person", id: "per_ada", name: "Ada" },
    action: "alert-rule.updated",
    resource: { type: "alert-rule", id: "rul_1", name: "CPU" },
    before: { enabled: true },
    after: { enabled: false },
    why: null,
    from: { ip: "203.0.113.7", userAgent: "test", requestId: "req_1" },
    eventId: newId("event"),
    causationId: null,
    traceId: "trace",
    ...changes,
  };
}
