import type { FunctionRow, Trigger } from "./row.ts";

/** What an alarm of a function has seen: it fails, its queue stands still, or work was given up on. */
export type AlarmKind = "crashes" | "waiting" | "parked";

/** The alarms a function has, by what makes it run. */
export function alarmKindsOf({ kind }: Pick<Trigger, "kind">): AlarmKind[] {
  switch (kind) {
    case "queue":
      return ["crashes", "waiting", "parked"];
    case "schedule":
      return ["crashes", "parked"];
    case "http":
    case "websocket":
      return ["crashes"];
  }
}

/** The page that says what to do when a function is in trouble, or the part of it for one alarm. */
export function runbookPath(row: Pick<FunctionRow, "name">, alarm?: AlarmKind): string {
  return `docs/operations/${row.name}.md${alarm ? `#${alarm}` : ""}`;
}
