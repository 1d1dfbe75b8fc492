import { WebSocket } from "ws";
import type { ServerFrame } from "../../shared/realtime/schemas.ts";
import { apiClient, eventually } from "../support/api-client.ts";
import { type Runtime, startRuntime } from "../support/runtime.ts";
import type { BenchRow } from "./row.ts";

const alerts = 20;

export const rows: BenchRow[] = [
  {
    name: "event to an open dashboard, slowest of 20",
    unit: "s",
    must: 1,
    aim: 0.3,
    measure: slowestEventS,
  },
];

/** One alert at a time, from the moment its event names to its frame on the WebSocket. */
async function slowestEventS(): Promise<number> {
  const runtime = await startRuntime();
  const socket = openSocket(runtime);
  try {
    const api = apiClient(runtime);
    await api.ask("POST /api/alert-rules", {
      name: "Live",
      metric: "live.value",
      aggregate: "last",
      operator: ">",
      thresholds: { critical: 1 },
      groupBy: ["host"],
    });
    await runtime.warm();
    const delaysMs: number[] = [];
    socket.on("message", (text) => {
      const frame = JSON.parse(String(text)) as ServerFrame;
      if (frame.kind === "event" && frame.type === "alert.fired.v1")
        delaysMs.push(Date.now() - Date.parse(frame.time));
    });
    await eventually("the socket is open", () => socket.readyState === WebSocket.OPEN);
    socket.send(JSON.stringify({ action: "hello", afterSeq: null }));
    for (let i = 0; i < alerts; i++) {
      await api.ingest([{ name: "live.value", value: 2, labels: { host: `host-${i}` } }]);
      await eventually("its event", () => delaysMs.length > i);
    }
    return Math.max(...delaysMs) / 1_000;
  } finally {
    socket.close();
    await runtime.stop();
  }
}

function openSocket({ url, adminKey }: Runtime): WebSocket {
  return new WebSocket(`${url.replace("http", "ws")}/ws`, {
    headers: { authorization: `Bearer ${adminKey}` },
  });
}
