import { Severity } from "../../events/alerts.ts";
import { derivedId } from "../platform/ids.ts";
import type { StoredChannel } from "./channel.ts";
import { reachesChannel, type StoredDelivery } from "./delivery.ts";
import type { Grouping } from "./fold.ts";
import type { Occasion } from "./occasion.ts";
import type { Owed } from "./owe.ts";
import { mayHear } from "./own-project.ts";
import { ofOther, type RouteVerdict, routeIncident, severityRank } from "./route.ts";
import type { NotificationRoute } from "./schemas.ts";

export type Planned = { kind: "send"; owed: Owed; grouping?: Grouping } | { kind: "leave-out"; owed: Owed };

export interface PlanInput {
  occasion: Occasion;
  /** The incident's version at which it was opened, or opened again. */
  openedVersion: number;
  routes: readonly NotificationRoute[];
  channels: readonly StoredChannel[];
  /** What the channels were told of the incident since then. */
  earlier: readonly StoredDelivery[];
}

/** The id of a channel's message for an occasion: the same for the same occasion, however often it comes. */
export function messageId(
  { kind, facts }: Occasion,
  channelId: string,
  openedVersion: number,
  severity = facts.severity,
): string {
  const height = kind === "incident.escalated" ? severity : "";
  return derivedId("delivery", facts.incidentId, channelId, kind, openedVersion, height);
}

/** The ids of every message an opening or escalation since `openedVersion` may have led to. */
export function earlierIds({ facts }: Occasion, channelId: string, openedVersion: number): string[] {
  return [
    messageId({ kind: "incident.opened", facts }, channelId, openedVersion),
    ...Severity.options.map((severity) =>
      messageId({ kind: "incident.escalated", facts }, channelId, openedVersion, severity),
    ),
  ];
}

/**
 * What each channel is owed on an occasion, or why it is left out. An opening or escalation follows the routes;
 * a channel that heard of the incident at this severity is not told again. An end is told where the beginning was.
 */
export function planMessages(input: PlanInput): Planned[] {
  const { occasion, routes, channels, earlier } = input;
  const heardIn = (channelId: string) => earlier.filter((one) => one.channelId === channelId);
  switch (occasion.kind) {
    case "incident.resolved":
      return channels.flatMap((channel) => planAnswer(input, channel, heardIn(channel.id)));
    case "incident.opened":
    case "incident.escalated":
      return routeIncident(occasion.facts, routes, channels)
        .map((verdict) => ({ verdict, heard: heardIn(verdict.channel.id) }))
        .filter(({ heard }) => !heardAtThisHeight(occasion.facts.severity, heard))
        .map(({ verdict, heard }) => planRouted(input, verdict, heard));
  }
}

function planRouted(input: PlanInput, verdict: RouteVerdict, heard: readonly StoredDelivery[]): Planned {
  const owed = owe(input, verdict.channel, verdict.reason);
  if (verdict.kind === "leave-out") return { kind: "leave-out", owed };
  const { route, group, answerOnResolve } = verdict;
  const message = { ...owed, answerOnResolve, follows: idsThatReach(heard) };
  if (group === null || input.occasion.kind !== "incident.opened") return { kind: "send", owed: message };
  const grouping = { routeId: route.id, routeName: route.name, group, windowMs: route.groupWindowMs };
  return { kind: "send", owed: message, grouping };
}

function planAnswer(input: PlanInput, channel: StoredChannel, heard: readonly StoredDelivery[]): Planned[] {
  const follows = idsThatReach(heard);
  if (follows.length === 0) return [];
  const leaveOut = (reason: string): Planned[] => [{ kind: "leave-out", owed: owe(input, channel, reason) }];
  if (!mayHear(channel, input.occasion.facts.project))
    return leaveOut(ofOther(channel, input.occasion.facts));
  if (!heard.some(({ answerOnResolve }) => answerOnResolve)) {
    return leaveOut("The route that told of it asks for no message when it resolves.");
  }
  if (!channel.enabled) return leaveOut("The channel is switched off.");
  const owed = owe(input, channel, "Answers the message that told of the incident.");
  return [{ kind: "send", owed: { ...owed, follows } }];
}

function owe({ occasion, openedVersion }: PlanInput, channel: StoredChannel, reason: string): Owed {
  const { kind, facts } = occasion;
  return {
    id: messageId(occasion, channel.id, openedVersion),
    kind,
    channel,
    subject: { about: "incident", facts },
    title: facts.title,
    reason,
    createdAtMs: Date.parse(facts.at),
  };
}

function idsThatReach(heard: readonly StoredDelivery[]): string[] {
  return heard.filter(reachesChannel).map(({ id }) => id);
}

function heardAtThisHeight(severity: Severity, heard: readonly StoredDelivery[]): boolean {
  return heard.some(
    ({ subject }) =>
      subject.about === "incident" && severityRank(subject.facts.severity) >= severityRank(severity),
  );
}
