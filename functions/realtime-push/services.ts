import { z } from "zod";
import { makeTableClient, TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import { makeWebSocketClient, makeWebSocketSender } from "../../shared/platform/aws/websocket-sender.ts";
import { readEnv } from "../../shared/platform/env.ts";
import { onColdStart } from "../../shared/platform/lambda/cold-start.ts";
import { makeLog } from "../../shared/platform/log.ts";
import { makeConnectionStore } from "../../shared/realtime/connection-store.ts";
import { makeEventLog } from "../../shared/realtime/event-log-store.ts";
import { FrameBudget } from "../../shared/realtime/frame-budget.ts";
import type { PushDeps } from "../../shared/realtime/push-events.ts";

const Env = z.object({ TABLE_REALTIME: z.string(), WEBSOCKET_ENDPOINT: z.url() });

export type Services = PushDeps;

export const services = onColdStart((): Services => {
  const env = readEnv(Env);
  const table = new TenantTable(makeTableClient(), env.TABLE_REALTIME);
  return {
    log: makeLog({ function: "realtime-push" }),
    connections: makeConnectionStore(table),
    eventLog: makeEventLog(table),
    sender: makeWebSocketSender(makeWebSocketClient(env.WEBSOCKET_ENDPOINT)),
    budget: new FrameBudget(),
  };
});
