import { z } from "zod";
import { makeTableClient, TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import { makeWebSocketClient, makeWebSocketSender } from "../../shared/platform/aws/websocket-sender.ts";
import { readEnv } from "../../shared/platform/env.ts";
import { onColdStart } from "../../shared/platform/lambda/cold-start.ts";
import type { WebSocketServices } from "../../shared/platform/lambda/websocket-door.ts";
import { makeLog } from "../../shared/platform/log.ts";
import type { AdmitDeps } from "../../shared/realtime/admit-connection.ts";
import type { AnswerDeps } from "../../shared/realtime/answer-client.ts";
import { makeConnectionStore } from "../../shared/realtime/connection-store.ts";
import { makeEventLog } from "../../shared/realtime/event-log-store.ts";
import { makeAuthenticate, makeMayListen } from "../../shared/tenancy/index.ts";

const Env = z.object({
  TABLE_TENANCY: z.string(),
  TABLE_REALTIME: z.string(),
  WEBSOCKET_ENDPOINT: z.url(),
  DASHBOARD_URL: z.string().default(""),
});

export type Services = WebSocketServices & AdmitDeps & AnswerDeps;

export const services = onColdStart((): Services => {
  const env = readEnv(Env);
  const client = makeTableClient();
  const table = new TenantTable(client, env.TABLE_REALTIME);
  const tenancy = new TenantTable(client, env.TABLE_TENANCY);
  return {
    log: makeLog({ function: "realtime-connect" }),
    authenticate: makeAuthenticate({ table: tenancy, authorityKeptMs: 0 }),
    mayListen: makeMayListen(tenancy),
    connections: makeConnectionStore(table),
    eventLog: makeEventLog(table),
    sender: makeWebSocketSender(makeWebSocketClient(env.WEBSOCKET_ENDPOINT)),
    dashboardUrl: env.DASHBOARD_URL,
  };
});
