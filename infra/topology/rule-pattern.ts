import type { EventPattern, Trigger } from "./row.ts";

/** The EventBridge pattern of a queue trigger: its event types, narrowed inside `detail` where it says so. */
export function rulePattern(trigger: Extract<Trigger, { kind: "queue" }>): EventPattern {
  return { "detail-type": [...trigger.types], ...(trigger.detail ? { detail: trigger.detail } : {}) };
}
