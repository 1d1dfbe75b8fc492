import type { FunctionRow, Trigger } from "./row.ts";

/** What an alarm of a function has seen: it fails, its queue stands still, work was given up on, or found no room. */
export type AlarmKind = "crashes" | "waiting" | "parked" | "no room";

/**
 * The alarms a function has, by what makes it run. Work of queues and schedules that crashes is tried again, and is
 * parked or waits where that does not help; what the dashboard's API answers 5xx has one alarm for all its functions.
 * What a user pool waits for fails before the eyes of the person it is done for. So a crash is told once, where it
 * costs something.
 */
export function alarmKindsOf(trigger: { kind: Trigger["kind"]; gateway?: "retryable" }): AlarmKind[] {
  switch (trigger.kind) {
    case "queue":
      return ["waiting", "parked"];
    case "schedule":
      return ["parked"];
    case "http":
      return trigger.gateway === "retryable" ? ["crashes"] : [];
    case "websocket":
      return ["crashes"];
    case "user-pool":
      return [];
  }
}

/** SQS counts a message's age from when it was put there, and puts it off for so long at most. */
const longestPutOffS = 900;

/** A message may wait so long before somebody is told, s; what a function puts off itself is meant to. */
export function longestWaitS({ permissions }: Pick<FunctionRow, "permissions">): number {
  return 300 + (permissions?.includes("queue:delay-own") ? longestPutOffS : 0);
}

/**
 * The page that says what to do when a function is in trouble, or the part of it for one alarm. What to do where
 * no room is left is the same for all.
 */
export function runbookPath(row: Pick<FunctionRow, "name">, alarm?: AlarmKind): string {
  if (alarm === "no room") return "docs/operations/alarms.md#no-room";
  return `docs/operations/${row.name}.md${alarm ? `#${alarm}` : ""}`;
}
