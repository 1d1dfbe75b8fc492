import { z } from "zod";
import { type IncidentDeps, makeIncidentStore } from "../../shared/incidents/index.ts";
import { makeTableClient, TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import { readEnv } from "../../shared/platform/env.ts";
import { onColdStart } from "../../shared/platform/lambda/cold-start.ts";
import { makeLog } from "../../shared/platform/log.ts";

const Env = z.object({ TABLE_INCIDENTS: z.string() });

export type Services = IncidentDeps;

export const services = onColdStart((): Services => {
  const env = readEnv(Env);
  return {
    log: makeLog({ function: "incidents-note" }),
    incidents: makeIncidentStore(new TenantTable(makeTableClient(), env.TABLE_INCIDENTS)),
    // What is noted was told on the bus already, by the analysis itself.
    publish: async () => undefined,
  };
});
