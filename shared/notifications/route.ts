import { Severity } from "../../events/alerts.ts";
import { matchesAll, parseMatchers } from "../platform/labels/matchers.ts";
import type { StoredChannel } from "./channel.ts";
import type { IncidentFacts } from "./delivery.ts";
import { mayHear } from "./own-project.ts";
import type { NotificationRoute } from "./schemas.ts";

export type RouteVerdict =
  | {
      kind: "send";
      channel: StoredChannel;
      route: NotificationRoute;
      reason: string;
      /** The values of the route's groupBy labels, or null where each incident has a message of its own. */
      group: string | null;
      answerOnResolve: boolean;
    }
  | { kind: "leave-out"; channel: StoredChannel; reason: string };

export function severityRank(severity: Severity): number {
  return Severity.options.indexOf(severity);
}

/**
 * Decides for each channel whether an incident reaches it, and says why in both cases. A channel that several
 * routes lead to gets one message: the first route counts, and any of them may ask for the answer on resolve.
 * Another project's routes count for nothing, and no reason names them.
 */
export function routeIncident(
  facts: IncidentFacts,
  routes: readonly NotificationRoute[],
  channels: readonly StoredChannel[],
): RouteVerdict[] {
  const labels = { ...facts.labels, severity: facts.severity, service: facts.service ?? "" };
  const judged = routes.map((route) => ({ route, against: whyNot(route, facts, labels) }));
  return channels.map((channel) => {
    if (!mayHear(channel, facts.project))
      return { kind: "leave-out", channel, reason: ofOther(channel, facts) };
    const leading = judged.filter(({ route }) => route.channelIds.includes(channel.id));
    const [first, ...others] = leading.filter(({ against }) => against === undefined);
    if (!first) return { kind: "leave-out", channel, reason: whyLeftOut(routes, leading) };
    if (!channel.enabled) return { kind: "leave-out", channel, reason: "The channel is switched off." };
    const { route } = first;
    return {
      kind: "send",
      channel,
      route,
      reason: `Route "${route.name}"${ofProject(route)} matches ${route.match} from ${route.minSeverity} up.`,
      group: groupOf(route, labels),
      answerOnResolve: [first, ...others].some((one) => one.route.notifyOnResolve),
    };
  });
}

/** Why a channel of another project hears nothing of an incident. */
export function ofOther({ project }: Pick<StoredChannel, "project">, facts: IncidentFacts): string {
  return `The channel is of project ${project}, the incident of ${facts.project}.`;
}

function ofProject({ project }: NotificationRoute): string {
  return project === null ? "" : ` of project ${project}`;
}

function whyNot(
  route: NotificationRoute,
  facts: IncidentFacts,
  labels: Record<string, string>,
): string | undefined {
  if (route.project !== null && route.project !== facts.project) {
    return `other projects' routes take nothing of ${facts.project}`;
  }
  if (!route.enabled) return `route "${route.name}" is switched off`;
  if (severityRank(facts.severity) < severityRank(route.minSeverity)) {
    return `route "${route.name}" begins at ${route.minSeverity}, this is ${facts.severity}`;
  }
  if (!matchesAll(parseMatchers(route.match), labels)) {
    return `route "${route.name}" wants ${route.match}`;
  }
  return undefined;
}

function whyLeftOut(
  routes: readonly NotificationRoute[],
  leading: { against: string | undefined }[],
): string {
  if (routes.length === 0) return "There is no route at all; make one that leads to this channel.";
  const against = [...new Set(leading.flatMap((one) => one.against ?? []))];
  if (against.length === 0) return "No route leads to this channel.";
  return `No route to this channel matches: ${against.join("; ")}.`.slice(0, 1_000);
}

function groupOf(route: NotificationRoute, labels: Record<string, string>): string | null {
  if (route.groupBy.length === 0 || route.groupWindowMs === 0) return null;
  return JSON.stringify(route.groupBy.map((label) => labels[label] ?? ""));
}
