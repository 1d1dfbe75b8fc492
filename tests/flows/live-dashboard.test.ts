import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { WebSocket } from "ws";
import type { Incident, IncidentList } from "../../shared/incidents/schemas.ts";
import type { ClientFrame, ServerFrame } from "../../shared/realtime/schemas.ts";
import { type ApiClient, apiClient, eventually } from "../support/api-client.ts";
import { type Runtime, startRuntime } from "../support/runtime.ts";

type LiveEvent = Extract<ServerFrame, { kind: "event" }>;

let runtime: Runtime;
let api: ApiClient;
const opened: WebSocket[] = [];

beforeAll(async () => {
  runtime = await startRuntime();
  api = apiClient(runtime);
  await runtime.warm();
}, 60_000);
afterAll(async () => {
  for (const socket of opened) socket.terminate();
  await runtime?.stop();
});

/** A client as the dashboard is one: it says hello and keeps every event. */
async function openDashboard(afterSeq: string | null) {
  const socket = new WebSocket(`${runtime.url.replace("http", "ws")}/ws`, {
    headers: { authorization: `Bearer ${runtime.adminKey}` },
  });
  opened.push(socket);
  const events: LiveEvent[] = [];
  let ready: Extract<ServerFrame, { kind: "ready" }> | undefined;
  socket.on("message", (data) => {
    const frame = JSON.parse(data.toString()) as ServerFrame;
    if (frame.kind === "event") events.push(frame);
    if (frame.kind === "ready") ready = frame;
  });
  const hello: ClientFrame = { action: "hello", afterSeq };
  socket.on("open", () => socket.send(JSON.stringify(hello)));
  await eventually("the stream is ready", () => ready !== undefined);
  const until = (type: string, count = 1) =>
    eventually(type, () => {
      const found = events.filter((event) => event.type === type);
      return found.length >= count && found;
    });
  return { socket, events, until, ready: () => ready };
}

test("incident and alert events reach an open dashboard by themselves, and a reconnect misses none", async () => {
  await api.ask("POST /api/alert-rules", {
    name: "Too hot",
    metric: "live.cpu",
    aggregate: "last",
    operator: ">",
    thresholds: { critical: 90 },
    groupBy: ["service"],
  });
  const first = await openDashboard(null);

  await api.ingest([{ name: "live.cpu", value: 95, labels: { service: "checkout" } }]);
  await first.until("alert.fired.v1");
  const [incident] = await first.until("incident.opened.v1");
  const id = String(incident?.data["incidentId"]);
  await api.ask<Incident>(`POST /api/incidents/${id}/transitions`, { to: "ACKNOWLEDGED" });
  await first.until("incident.state-changed.v1");
  first.socket.close();
  await eventually("the dashboard is away", () => first.socket.readyState === WebSocket.CLOSED);
  for (const text of ["one", "two", "three"]) await api.ask(`POST /api/incidents/${id}/comments`, { text });
  const second = await openDashboard(first.events.at(-1)?.seq ?? null);
  const comments = await second.until("incident.updated.v1", 3);
  const list = await api.ask<IncidentList>("GET /api/incidents?state=open");

  expect(list.items.map((item) => item.id)).toEqual([id]);
  const versions = new Map(comments.map((event) => [event.id, Number(event.data["version"])]));
  // The analysis may write to the incident in between.
  expect(new Set(versions.values()).size).toBe(3);
  expect(second.ready()?.gap).toBe(false);
}, 40_000);
