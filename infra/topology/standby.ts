import { topology } from "./index.ts";
import type { FunctionRow } from "./row.ts";

/** What must go on while the first region is away: telemetry in, alerts, incidents, and telling people. */
export const standbyRows: readonly FunctionRow[] = topology.filter(
  ({ trigger, permissions }) =>
    (trigger.kind === "http" && trigger.gateway === "retryable") ||
    (trigger.kind !== "http" && trigger.kind !== "websocket" && !permissions?.includes("websocket:send")),
);
