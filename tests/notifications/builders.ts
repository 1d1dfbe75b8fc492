import type { Severity } from "../../events/alerts.ts";
import type { Envelope } from "../../events/envelope.ts";
import type { IncidentState } from "../../events/incidents.ts";
import type { StoredChannel } from "../../shared/notifications/channel.ts";
import { makeChannelStore } from "../../shared/notifications/channel-store.ts";
import type { Message, SendOutcome } from "../../shared/notifications/channels/message.ts";
import { type DeliverDeps, deliverNotification } from "../../shared/notifications/deliver.ts";
import type { IncidentFacts, StoredDelivery } from "../../shared/notifications/delivery.ts";
import { makeDeliveryStore } from "../../shared/notifications/delivery-store.ts";
import { type Dispatched, dispatchIncident } from "../../shared/notifications/dispatch.ts";
import { makeFoldStore } from "../../shared/notifications/fold-store.ts";
import type { Occasion } from "../../shared/notifications/occasion.ts";
import { makeRouteStore } from "../../shared/notifications/route-store.ts";
import { type NotificationRoute, RouteInput } from "../../shared/notifications/schemas.ts";
import { makeThreadStore } from "../../shared/notifications/thread-store.ts";
import type { TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import { isoTime } from "../../shared/platform/clock.ts";
import type { Ctx } from "../../shared/platform/context.ts";
import { newId } from "../../shared/platform/ids.ts";
import { aCtx, aLog } from "../platform/builders.ts";

export const noonMs = Date.parse("2026-11-20T12:00:00.000Z");

type ChannelOf<K extends StoredChannel["kind"]> = Extract<StoredChannel, { kind: K }>;

const common = () => ({
  id: newId("channel"),
  version: 1,
  name: "On call",
  enabled: true,
  project: null,
  status: "untested" as const,
  statusReason: null,
  createdAt: isoTime(noonMs),
  updatedAt: isoTime(noonMs),
});

export function aSlackChannel(changes: Partial<ChannelOf<"slack">> = {}): ChannelOf<"slack"> {
  return { ...common(), kind: "slack", webhookUrl: "https://hooks.slack.com/services/T012/B0/x", ...changes };
}

export function anEmailChannel(changes: Partial<ChannelOf<"email">> = {}): ChannelOf<"email"> {
  return { ...common(), kind: "email", address: "ada@example.com", confirmed: true, ...changes };
}

export function anSmsChannel(changes: Partial<ChannelOf<"sms">> = {}): ChannelOf<"sms"> {
  return { ...common(), kind: "sms", phoneNumber: "+14155550123", ...changes };
}

export const webhookSecret = `whsec_${Buffer.alloc(32, 7).toString("base64")}`;
export function aWebhookChannel(changes: Partial<ChannelOf<"webhook">> = {}): ChannelOf<"webhook"> {
  return {
    ...common(),
    kind: "webhook",
    url: "https://example.com/hook",
    secret: webhookSecret,
    ...changes,
  };
}

export function aRoute(changes: Partial<NotificationRoute> & { channelIds: string[] }): NotificationRoute {
  return {
    ...RouteInput.parse({ name: "Everything", channelIds: changes.channelIds }),
    project: null,
    id: newId("route"),
    version: 1,
    createdAt: isoTime(noonMs),
    updatedAt: isoTime(noonMs),
    ...changes,
  };
}

export function someFacts(changes: Partial<IncidentFacts> = {}): IncidentFacts {
  return {
    incidentId: "inc_1",
    project: "default",
    version: 1,
    title: "Checkout answers slowly",
    severity: "warning",
    state: "DETECTED",
    service: "checkout",
    labels: { env: "prod", host: "a" },
    alertCount: 1,
    openedAt: isoTime(noonMs),
    at: isoTime(noonMs),
    reopened: false,
    text: "rule p95 fired",
    ...changes,
  };
}

export function opened(changes: Partial<IncidentFacts> = {}): Occasion {
  return { kind: "incident.opened", facts: someFacts(changes) };
}
export function escalated(severity: Severity, changes: Partial<IncidentFacts> = {}): Occasion {
  return { kind: "incident.escalated", facts: someFacts({ version: 2, severity, ...changes }) };
}
export function resolved(changes: Partial<IncidentFacts> = {}): Occasion {
  const state: IncidentState = "RESOLVED";
  return { kind: "incident.resolved", facts: someFacts({ version: 3, state, ...changes }) };
}

export function aMessage(changes: Partial<Message> = {}): Message {
  return {
    deliveryId: "dlv_1",
    tenantId: "ten_a",
    kind: "incident.opened",
    atMs: noonMs,
    link: "https://ops.example.com/incidents/inc_1",
    body: { about: "incident", facts: someFacts() },
    ...changes,
  };
}

export interface Sent {
  channel: StoredChannel;
  message: Message;
  atMs: number;
}
export type Stage = ReturnType<typeof makeStage>;

/**
 * Dispatch and delivery joined by a queue in memory and a clock that is set by hand: waiting costs nothing,
 * and what is due when is exact. `answer` stands for the world outside.
 */
export function makeStage(
  table: TenantTable,
  answer: (sent: Sent) => SendOutcome | Promise<SendOutcome> = () => ({ kind: "accepted", status: 200 }),
) {
  const tenantId = newId("tenant");
  const queue: { deliveryId: string; dueMs: number }[] = [];
  const published: Envelope[] = [];
  const sent: Sent[] = [];
  let nowMs = noonMs;
  const ctx = (): Ctx => aCtx({ tenantId, nowMs });
  const log = aLog();
  /** What changes put on record goes to a bus of its own, so that `published` stays what the tests are about. */
  const telling = table.telling({ publish: async () => {}, log });
  const deps = {
    channels: makeChannelStore(telling),
    routes: makeRouteStore(telling),
    deliveries: makeDeliveryStore(table),
    threads: makeThreadStore(table),
    folds: makeFoldStore(table),
    log,
    publish: async (events: readonly Envelope[]) => {
      for (const event of events) {
        published.push(event);
        const deliveryId = String(event.data["deliveryId"]);
        if (event.type === "notification.requested.v1") queue.push({ deliveryId, dueMs: nowMs });
      }
    },
    send: async (channel: StoredChannel, message: Message) => {
      const one = { channel, message, atMs: nowMs };
      sent.push(one);
      return answer(one);
    },
    dashboardUrl: "https://ops.example.com",
    redactionSalt: async () => "salt",
    stopwatchMs: () => 0,
    random: () => 0.5,
  } satisfies DeliverDeps & Record<string, unknown>;

  return {
    tenantId,
    deps,
    log,
    queue,
    published,
    sent,
    ctx,
    setTime(ms: number) {
      nowMs = ms;
    },
    async have(channels: readonly StoredChannel[], routes?: readonly NotificationRoute[]): Promise<void> {
      for (const channel of channels) await deps.channels.create(tenantId, channel);
      const all = routes ?? [aRoute({ channelIds: channels.map(({ id }) => id) })];
      for (const route of all) await deps.routes.create(tenantId, route);
    },
    dispatch(occasion: Occasion, receiveCount = 1): Promise<Dispatched> {
      return dispatchIncident(ctx(), { occasion, receiveCount }, deps);
    },
    deliver(deliveryId: string) {
      return deliverNotification(ctx(), deliveryId, deps);
    },
    /** Works the queue off, moving the clock to each next due time, until it is empty or `untilMs` is reached. */
    async run(untilMs = Number.POSITIVE_INFINITY): Promise<void> {
      for (;;) {
        queue.sort((a, b) => a.dueMs - b.dueMs);
        const next = queue[0];
        if (!next || next.dueMs > untilMs) return;
        queue.shift();
        nowMs = Math.max(nowMs, next.dueMs);
        const outcome = await deliverNotification(ctx(), next.deliveryId, deps);
        if (outcome.kind === "later") queue.push({ ...next, dueMs: Math.ceil(outcome.atMs) });
      }
    },
    async deliveries(): Promise<StoredDelivery[]> {
      return (await deps.deliveries.list(tenantId, { limit: 200 })).items;
    },
  };
}
