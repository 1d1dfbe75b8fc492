import { topology } from "./index.ts";
import type { FunctionRow, Permission } from "./row.ts";

/** Works for the dashboard, which does not move. */
const forDashboard: readonly Permission[] = ["websocket:send", "cloudwatch:read"];

/** What must go on while the first region is away: telemetry in, alerts, incidents, and telling people. */
export const standbyRows: readonly FunctionRow[] = topology.filter(
  ({ trigger, permissions = [] }) =>
    (trigger.kind === "http" && trigger.gateway === "retryable") ||
    (trigger.kind !== "http" &&
      trigger.kind !== "websocket" &&
      trigger.kind !== "user-pool" &&
      !permissions.some((permission) => forDashboard.includes(permission))),
);
