import { z } from "zod";
import { type Act, appendActs, makeChainStore } from "../../shared/audit/index.ts";
import { makeTableClient, TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import { readEnv } from "../../shared/platform/env.ts";
import { type Gather, makeGather } from "../../shared/platform/gather.ts";
import { onColdStart } from "../../shared/platform/lambda/cold-start.ts";
import { type Log, makeLog } from "../../shared/platform/log.ts";

const Env = z.object({ TABLE_AUDIT: z.string() });

export interface Services {
  log: Log;
  /** A tenant's acts that are in this process at once are chained together. */
  append: Gather<{ act: Act; nowMs: number }>;
}

/** Everything behind the door but the environment. */
export function servicesOver(table: TenantTable, log: Log): Services {
  const chain = makeChainStore(table);
  return {
    log,
    append: makeGather((tenantId, arrived) =>
      appendActs(
        tenantId,
        arrived.map(({ act }) => act),
        arrived.reduce((latest, { nowMs }) => Math.max(latest, nowMs), 0),
        chain,
      ),
    ),
  };
}

export const services = onColdStart((): Services => {
  const table = new TenantTable(makeTableClient(), readEnv(Env).TABLE_AUDIT);
  return servicesOver(table, makeLog({ function: "audit-append" }));
});
