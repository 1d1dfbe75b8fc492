import { z } from "zod";
import { Severity } from "../../events/alerts.ts";
import { ChannelKind, NotificationKind } from "../../events/notifications.ts";
import { ProjectId } from "../tenancy/schemas.ts";

const name = z.string().trim().min(1).max(200);
const enabled = z.boolean().default(true);
/** What it is of; null = of the whole tenant. */
const project = ProjectId.nullable();
/** In an input: left out, a new one is of the only project its maker is narrowed to, else of the whole tenant. */
const projectInput = project.optional();
const common = { name, enabled, project: projectInput };

const address = z.email();
const phoneNumber = z.string().regex(/^\+[1-9]\d{6,14}$/, "must be E.164, like +14155550123");
const url = z.url().max(2_048);
/** Standard Webhooks secret, `whsec_` + base64 of 24 to 64 bytes. */
const secret = z
  .string()
  .regex(/^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/, "must be whsec_ and base64 of 24 to 64 bytes");

/** `POST /api/channels`. Secrets go in here and never come out again. */
export const ChannelInput = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("email"), ...common, address }),
  z.strictObject({ kind: z.literal("sms"), ...common, phoneNumber }),
  z.strictObject({ kind: z.literal("slack"), ...common, webhookUrl: url }),
  /** The secret is made, and shown once, when left out. */
  z.strictObject({ kind: z.literal("webhook"), ...common, url, secret: secret.optional() }),
]);
export type ChannelInput = z.infer<typeof ChannelInput>;

/**
 * `PUT /api/channels/{id}`: where it goes may be left out and is then kept, as no answer ever shows it whole; so is
 * its project.
 */
export const ChannelUpdate = z.discriminatedUnion("kind", [
  z.strictObject({ kind: z.literal("email"), ...common, address: address.optional() }),
  z.strictObject({ kind: z.literal("sms"), ...common, phoneNumber: phoneNumber.optional() }),
  z.strictObject({ kind: z.literal("slack"), ...common, webhookUrl: url.optional() }),
  z.strictObject({
    kind: z.literal("webhook"),
    ...common,
    url: url.optional(),
    secret: secret.optional(),
  }),
]);
export type ChannelUpdate = z.infer<typeof ChannelUpdate>;

export const Channel = z.object({
  id: z.string(),
  version: z.int().positive(),
  kind: ChannelKind,
  name: z.string(),
  enabled: z.boolean(),
  /** It hears of this project's incidents alone; null = the whole tenant's, which routes of any project lead to. */
  project: project.default(null),
  /** Where it goes, with every secret part masked: `hooks.slack.com/services/T0…/***`. */
  target: z.string(),
  status: z.enum(["untested", "working", "broken"]),
  /** Why it is broken and what would mend it. */
  statusReason: z.string().nullable(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
export type Channel = z.infer<typeof Channel>;

/** The answer to creating a webhook channel holds its signing secret, once. */
export const CreatedChannel = z.object({
  ...Channel.shape,
  secret: z.string().optional(),
  /** The route "All incidents" that was made along with it, as there was none of its project. */
  defaultRouteId: z.string().optional(),
});
export type CreatedChannel = z.infer<typeof CreatedChannel>;

/** `GET /api/channels`, `GET /api/notification-routes`. */
export const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().optional(),
});
export type PageQuery = z.infer<typeof PageQuery>;

export const ChannelList = z.object({ items: z.array(Channel), cursor: z.string().nullable() });
export type ChannelList = z.infer<typeof ChannelList>;

/**
 * `POST /api/notification-routes`: which incidents reach which channels. A project's route takes that project's
 * incidents, to its own channels and the whole tenant's. In a PUT a project that is left out stays.
 */
export const RouteInput = z.strictObject({
  ...common,
  /** PromQL spelling over the incident's labels plus severity and service; `{}` matches all. */
  match: z.string().max(4_096).default("{}"),
  minSeverity: Severity.default("info"),
  channelIds: z.array(z.string()).min(1).max(20),
  /** Incidents that agree in these labels within `groupWindowMs` share one message; empty = one message an incident. */
  groupBy: z.array(z.string().max(128)).max(10).default([]),
  groupWindowMs: z.int().min(0).max(3_600_000).default(0),
  notifyOnResolve: z.boolean().default(true),
});
export type RouteInput = z.infer<typeof RouteInput>;

export const NotificationRoute = z.object({
  ...RouteInput.shape,
  /** Takes this project's incidents alone; null = every project's. */
  project: project.default(null),
  id: z.string(),
  version: z.int().positive(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});
export type NotificationRoute = z.infer<typeof NotificationRoute>;

export const RouteList = z.object({ items: z.array(NotificationRoute), cursor: z.string().nullable() });
export type RouteList = z.infer<typeof RouteList>;

export const Attempt = z.object({
  at: z.iso.datetime(),
  outcome: z.enum(["accepted", "retry", "failed"]),
  /** HTTP status of the far end, or null where none came. */
  status: z.int().nullable(),
  durationMs: z.int(),
  /** When it will be tried again, for `retry`. */
  nextAt: z.iso.datetime().nullable(),
  reason: z.string(),
});
export type Attempt = z.infer<typeof Attempt>;

export const Delivery = z.object({
  id: z.string(),
  version: z.int().positive(),
  channelId: z.string(),
  channelKind: ChannelKind,
  channelName: z.string(),
  incidentId: z.string().nullable(),
  /** Who sees it: the people of its incident's or its channel's project; null = those of the whole tenant. */
  project: project.default(null),
  kind: NotificationKind,
  title: z.string(),
  state: z.enum(["pending", "retrying", "delivered", "failed", "suppressed"]),
  /** Why this channel was chosen, or left out. */
  reason: z.string(),
  attempts: z.array(Attempt),
  createdAt: z.iso.datetime(),
  finishedAt: z.iso.datetime().nullable(),
});
export type Delivery = z.infer<typeof Delivery>;

export const DeliveryList = z.object({ items: z.array(Delivery), cursor: z.string().nullable() });
export type DeliveryList = z.infer<typeof DeliveryList>;

/** `GET /api/deliveries`. */
export const DeliveryFilter = z.object({
  channelId: z.string().optional(),
  incidentId: z.string().optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().optional(),
});
export type DeliveryFilter = z.infer<typeof DeliveryFilter>;

/** `GET /local/inbox` (laptop only): what SNS would have sent out as e-mail and SMS. */
export const InboxMessage = z.object({
  id: z.string(),
  at: z.iso.datetime(),
  protocol: z.enum(["email", "sms"]),
  to: z.string(),
  subject: z.string().nullable(),
  text: z.string(),
});
export const Inbox = z.object({ items: z.array(InboxMessage) });
export type Inbox = z.infer<typeof Inbox>;
