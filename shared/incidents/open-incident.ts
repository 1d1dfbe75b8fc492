import { isoTime } from "../platform/clock.ts";
import type { Ctx } from "../platform/context.ts";
import { serviceOf } from "./alert-signal.ts";
import { counted, factsOf, type MemberUpdates, resolvedWhenQuiet } from "./attach-alerts.ts";
import { type Change, withStep } from "./change.ts";
import type { IncidentRecord } from "./incident-record.ts";
import { gravest } from "./severity.ts";

export interface Opening {
  incidentId: string;
  project: string;
  correlationKey: string;
  title: string;
  reason: string;
}

/**
 * The incident these alerts open together. Its labels are those that all of them share. When they were over
 * before anyone heard of them it is opened and resolved in one go, as it would have been had they come in time.
 */
export function openIncident(ctx: Ctx, opening: Opening, updates: MemberUpdates): Change {
  const members = updates.map((update) => update.after);
  const others = members.length - 1;
  const reason = others === 0 ? opening.reason : `${opening.reason}; ${others} more fired with it`;
  const incident: IncidentRecord = {
    id: opening.incidentId,
    project: opening.project,
    version: 0,
    title: opening.title,
    severity: gravest(members.map((member) => member.severity)),
    state: "DETECTED",
    service: sharedService(members.map((member) => serviceOf(member.labels))),
    labels: sharedLabels(members.map((member) => member.labels)),
    correlationKey: opening.correlationKey,
    reason,
    assignee: null,
    ...counted({ alertCount: 0, firingCount: 0 }, updates),
    openedAt: isoTime(Math.min(ctx.nowMs, ...updates.map(({ at }) => Date.parse(at)))),
    acknowledgedAt: null,
    mitigatedAt: null,
    resolvedAt: null,
    updatedAt: isoTime(ctx.nowMs),
    timeToAcknowledgeMs: null,
    timeToResolveMs: null,
  };
  const born: Change = { before: undefined, after: incident, members, entries: [], events: [] };
  const opened = withStep(ctx, born, {
    set: {},
    entry: { kind: "opened", text: `Opened: ${reason}.`, facts: factsOf(updates) },
    event: { type: "incident.opened.v1" },
  });
  return resolvedWhenQuiet(ctx, opened);
}

function sharedService(services: (string | null)[]): string | null {
  const [first = null] = services;
  return services.every((service) => service === first) ? first : null;
}

function sharedLabels(all: Readonly<Record<string, string>>[]): Record<string, string> {
  const [first = {}, ...others] = all;
  return Object.fromEntries(
    Object.entries(first).filter(([name, value]) => others.every((labels) => labels[name] === value)),
  );
}
