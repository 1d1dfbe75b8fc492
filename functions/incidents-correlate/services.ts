import { z } from "zod";
import type { CorrelateDeps } from "../../shared/incidents/correlate-alerts.ts";
import { makeCorrelationStore } from "../../shared/incidents/correlation-store.ts";
import { makeIncidentStore } from "../../shared/incidents/incident-store.ts";
import { makeEventBridgeClient, makePublish } from "../../shared/platform/aws/bus.ts";
import { makeTableClient, TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import { readEnv } from "../../shared/platform/env.ts";
import { type InTurn, makeInTurn } from "../../shared/platform/in-turn.ts";
import { onColdStart } from "../../shared/platform/lambda/cold-start.ts";
import { makeLog } from "../../shared/platform/log.ts";

const Env = z.object({ TABLE_INCIDENTS: z.string(), BUS_NAME: z.string() });

export interface Services extends CorrelateDeps {
  /** Batches of one tenant that are in this process at once would race for the same incidents. */
  inTurn: InTurn;
}

export const services = onColdStart((): Services => {
  const env = readEnv(Env);
  const table = new TenantTable(makeTableClient(), env.TABLE_INCIDENTS);
  return {
    log: makeLog({ function: "incidents-correlate" }),
    incidents: makeIncidentStore(table),
    correlations: makeCorrelationStore(table),
    inTurn: makeInTurn(),
    publish: makePublish(makeEventBridgeClient(), env.BUS_NAME),
  };
});
