import assert from "node:assert/strict";
import { OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-proto";
import { Webhook } from "standardwebhooks";
import { WebSocket } from "ws";
import type { AlertRule } from "../../shared/alerts/schemas.ts";
import type { Incident, IncidentList } from "../../shared/incidents/schemas.ts";
import type { CreatedChannel } from "../../shared/notifications/schemas.ts";
import type { ClientFrame, ServerFrame } from "../../shared/realtime/schemas.ts";
import type { Session } from "../../shared/tenancy/schemas.ts";
import { type ApiClient, apiClient, eventually } from "../support/api-client.ts";
import { meter } from "../support/otlp-meter.ts";
import type { Outside } from "../support/outside.ts";
import type { Installation } from "./deployment.ts";

/** Every function starts cold, one after the other, on a machine that does everything else as well. */
const roadMs = 60_000;

/** The road of one metric to a webhook, as tests/flows has it, over what was deployed. */
export function makeRoad(installation: Installation, outside: Outside) {
  const api = apiClient(installation);
  let depth = 0;
  const send = async (orders: number) => {
    depth = orders;
    await provider.forceFlush();
  };
  const provider = meter(
    new OTLPMetricExporter({
      url: `${installation.ingestUrl}/v1/metrics`,
      headers: { authorization: `Bearer ${installation.ingestKey}` },
      timeoutMillis: roadMs,
    }),
    "checkout",
    () => depth,
  );
  const hooks = () => outside.received("/hook");

  return {
    /** A service, a deployment of it, a rule, and a webhook as the only one to be told. Returns the webhook's secret. */
    async prepare(): Promise<string> {
      await api.ask("PUT /api/services/checkout", { owner: "team shop" });
      await api.ask("POST /api/deployments", { service: "checkout", version: "1.0.1" });
      const hook = await api.ask<CreatedChannel>("POST /api/channels", {
        kind: "webhook",
        name: "pager",
        url: `${outside.url}/hook`,
      });
      const routes = await api.ask<{ items: { id: string }[] }>("GET /api/notification-routes");
      for (const route of routes.items) await api.ask(`DELETE /api/notification-routes/${route.id}`);
      await api.ask("POST /api/notification-routes", { name: "everything", channelIds: [hook.id] });
      await api.ask<AlertRule>("POST /api/alert-rules", {
        name: "Queue too long",
        metric: "shop.queue.depth",
        match: '{service.name="checkout"}',
        aggregate: "last",
        windowMs: 60_000,
        operator: ">",
        thresholds: { critical: 100 },
        groupBy: ["service.name"],
        annotations: { summary: "{{ labels.service.name }} has {{ value }} orders waiting" },
      });
      return hook.secret ?? "";
    },

    /** Sends points over the threshold and waits for one signed webhook about the incident it opens. */
    async fire(secret: string): Promise<Incident> {
      await send(5);
      await send(250);
      await eventually("the webhook", () => hooks().length === 1, roadMs);
      const { items } = await api.ask<IncidentList>("GET /api/incidents?state=open");
      const [incident] = items;
      assert.ok(incident, "no incident is open");
      const { body, headers } = hooks()[0] ?? { body: "", headers: {} };
      assert.match(JSON.stringify(new Webhook(secret).verify(body, headers)), new RegExp(incident.id));
      assert.equal(incident.service, "checkout");
      return incident;
    },

    /** Sends a point below the threshold and waits until the webhook hears that it is over. */
    async settle({ id }: Incident): Promise<void> {
      await send(3);
      await eventually("the webhook hears it is over", () => hooks().length === 2, roadMs);
      const { state } = await api.ask<Incident>(`GET /api/incidents/${id}`);
      assert.equal(state, "RESOLVED");
    },

    /** Sends a point of a metric nobody has seen, as plain JSON. */
    async introduce(metric: string): Promise<void> {
      const { status } = await fetch(`${installation.ingestUrl}/api/ingest/metrics`, {
        method: "POST",
        headers: { authorization: `Bearer ${installation.ingestKey}`, "content-type": "application/json" },
        body: JSON.stringify([{ name: metric, value: 1 }]),
      });
      assert.equal(status, 200);
    },

    /** A dashboard that listens; `heard` waits until it was pushed an event of the type. */
    listen: () => listen(api, installation),
    stop: () => provider.shutdown(),
  };
}

async function listen(api: ApiClient, { adminKey }: Installation) {
  const { realtimeUrl } = await api.ask<Session>("GET /api/session");
  const socket = new WebSocket(realtimeUrl, { headers: { authorization: `Bearer ${adminKey}` } });
  const frames: ServerFrame[] = [];
  const faults: Error[] = [];
  socket.on("error", (error) => faults.push(error));
  socket.on("message", (data) => frames.push(JSON.parse(data.toString()) as ServerFrame));
  const hello: ClientFrame = { action: "hello", afterSeq: null };
  socket.on("open", () => socket.send(JSON.stringify(hello)));
  const arrived = (what: string, check: (frame: ServerFrame) => boolean) =>
    eventually(
      what,
      () => {
        if (faults[0]) throw faults[0];
        return frames.find(check);
      },
      roadMs,
    );
  await arrived("the WebSocket's ready", ({ kind }) => kind === "ready");
  return {
    heard: (type: string) => arrived(type, (frame) => frame.kind === "event" && frame.type === type),
    close: () => socket.terminate(),
  };
}
