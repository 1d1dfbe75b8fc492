import { z } from "zod";
import type { AlertSignal } from "../../shared/incidents/alert-signal.ts";
import { type CorrelateDeps, correlateAlerts } from "../../shared/incidents/correlate-alerts.ts";
import { makeCorrelationStore } from "../../shared/incidents/correlation-store.ts";
import { makeIncidentStore } from "../../shared/incidents/incident-store.ts";
import { makeEventBridgeClient, makePublish } from "../../shared/platform/aws/bus.ts";
import { makeTableClient, TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import type { Ctx } from "../../shared/platform/context.ts";
import { readEnv } from "../../shared/platform/env.ts";
import { type Gather, makeGather } from "../../shared/platform/gather.ts";
import { onColdStart } from "../../shared/platform/lambda/cold-start.ts";
import { type Log, makeLog } from "../../shared/platform/log.ts";

const Env = z.object({ TABLE_INCIDENTS: z.string(), BUS_NAME: z.string() });

export interface Services {
  log: Log;
  /** Signals of one tenant that are in this process at once would race for the same incidents. */
  bringIn: Gather<{ ctx: Ctx; signal: AlertSignal }>;
}

/** Everything behind the door but the environment. */
export function servicesOver(deps: CorrelateDeps): Services {
  const bringIn = makeGather<{ ctx: Ctx; signal: AlertSignal }>(async (_tenantId, arrived) => {
    const [first] = arrived;
    if (first)
      await correlateAlerts(
        first.ctx,
        arrived.map(({ signal }) => signal),
        deps,
      );
  });
  return { log: deps.log, bringIn };
}

export const services = onColdStart((): Services => {
  const env = readEnv(Env);
  const table = new TenantTable(makeTableClient(), env.TABLE_INCIDENTS);
  return servicesOver({
    log: makeLog({ function: "incidents-correlate" }),
    incidents: makeIncidentStore(table),
    correlations: makeCorrelationStore(table),
    publish: makePublish(makeEventBridgeClient(), env.BUS_NAME),
  });
});
