import { z } from "zod";
import { makeTableClient, TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import { makeWebSocketClient, makeWebSocketSender } from "../../shared/platform/aws/websocket-sender.ts";
import { readEnv } from "../../shared/platform/env.ts";
import { type Gather, makeGather } from "../../shared/platform/gather.ts";
import { onColdStart } from "../../shared/platform/lambda/cold-start.ts";
import { type Log, makeLog } from "../../shared/platform/log.ts";
import { makeConnectionStore } from "../../shared/realtime/connection-store.ts";
import { type Cut, cutListeners } from "../../shared/realtime/cut-connections.ts";
import { makeEventLog } from "../../shared/realtime/event-log-store.ts";
import { FrameBudget } from "../../shared/realtime/frame-budget.ts";
import { type LiveEvent, type PushDeps, pushEvents } from "../../shared/realtime/push-events.ts";

const Env = z.object({ TABLE_REALTIME: z.string(), WEBSOCKET_ENDPOINT: z.url() });

export interface Services {
  log: Log;
  /** Events of one tenant that are in this process at once go out together. */
  push: Gather<{ nowMs: number; event: LiveEvent }>;
  cut(tenantId: string, cuts: readonly Cut[]): Promise<void>;
}

/** Everything behind the door but the environment. */
export function servicesOver(deps: PushDeps): Services {
  const push = makeGather<{ nowMs: number; event: LiveEvent }>((tenantId, arrived) =>
    pushEvents(
      tenantId,
      arrived.map(({ event }) => event),
      arrived.reduce((latest, { nowMs }) => Math.max(latest, nowMs), 0),
      deps,
    ),
  );
  return { log: deps.log, push, cut: (tenantId, cuts) => cutListeners(tenantId, cuts, deps) };
}

export const services = onColdStart((): Services => {
  const env = readEnv(Env);
  const table = new TenantTable(makeTableClient(), env.TABLE_REALTIME);
  return servicesOver({
    log: makeLog({ function: "realtime-push" }),
    connections: makeConnectionStore(table),
    eventLog: makeEventLog(table),
    sender: makeWebSocketSender(makeWebSocketClient(env.WEBSOCKET_ENDPOINT)),
    budget: new FrameBudget(),
  });
});
