import { Severity } from "../../events/alerts.ts";
import { eachInParallel } from "../platform/each-in-parallel.ts";
import type { AlertStore } from "./alert-store.ts";

/** How long an alert that is over can still be looked up; one that never fired says little. */
const keptMs = { resolved: 90 * 86_400_000, inactive: 86_400_000 } as const;
const atOnce = 500;

/** Removes alerts that have been over for long, some each time, unless they have come back meanwhile. */
export async function forgetOldAlerts(tenantId: string, nowMs: number, alerts: AlertStore): Promise<void> {
  for (const state of ["resolved", "inactive"] as const) {
    for (const severity of Severity.options) {
      const old = await alerts.listUnchangedSince(tenantId, state, severity, nowMs - keptMs[state], atOnce);
      await eachInParallel(old, 16, async (record) => {
        await alerts.forget(tenantId, record);
      });
    }
  }
}
