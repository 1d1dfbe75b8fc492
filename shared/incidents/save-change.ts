import type { Saved } from "../platform/aws/tenant-table.ts";
import type { Publish } from "../platform/bus/publish.ts";
import type { Ctx } from "../platform/context.ts";
import type { Log } from "../platform/log.ts";
import type { Change } from "./change.ts";
import type { IncidentStore } from "./incident-store.ts";

export interface IncidentDeps {
  incidents: IncidentStore;
  publish: Publish;
  log: Log;
}

/**
 * Makes a change durable, tells the bus, and spreads it to members and timeline. "lost" = somebody else saved
 * the incident first and nothing happened. When the bus refuses, the events stay in the outbox and are sent
 * within the minute, so the change itself stands.
 */
export async function saveChange(ctx: Ctx, change: Change, deps: IncidentDeps): Promise<Saved> {
  const { outcome, finish } = await deps.incidents.commit(ctx.tenantId, change);
  if (outcome === "lost") return "lost";
  await Promise.all([tell(ctx, change, deps), finish()]);
  return "saved";
}

async function tell(ctx: Ctx, change: Change, { incidents, publish, log }: IncidentDeps): Promise<void> {
  try {
    await publish(change.events);
  } catch (error) {
    log.error("incident events stay in the outbox", {
      error,
      incidentId: change.after.id,
      traceId: ctx.traceId,
    });
    return;
  }
  await incidents.settle(ctx.tenantId, change.after.id, change.events);
}
