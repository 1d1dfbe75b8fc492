import type { Publish } from "../platform/bus/publish.ts";
import { isoTime } from "../platform/clock.ts";
import type { Ctx } from "../platform/context.ts";
import { eachInParallel } from "../platform/each-in-parallel.ts";
import { Unavailable } from "../platform/errors.ts";
import { derivedId } from "../platform/ids.ts";
import { defaultProject } from "../platform/labels/project.ts";
import { detectedEvent, endedEvent } from "./anomaly-events.ts";
import { rankOf } from "./anomaly-life.ts";
import type { AnomalyStore } from "./anomaly-store.ts";
import { describeChange } from "./describe.ts";
import type { Shown } from "./opinion.ts";
import type { PendingChange } from "./pending-change.ts";
import type { Anomaly, AnomalyDecision, SecondOpinion } from "./schemas.ts";
import { serviceOfAnomaly, type WatchedService } from "./watched-service.ts";

/** What an anomaly may do, and why. */
export interface Permit {
  mode: Anomaly["mode"];
  reason: string;
  detectorVersion: string;
}

export interface ApplyDeps {
  anomalies: AnomalyStore;
  publish: Publish;
  /** Whether anomalies of the class may page today. */
  permitOf(tenantId: string, kind: Anomaly["kind"], metricClass: string, nowMs: number): Promise<Permit>;
  /** What the service's Isolation Forest says of the row; it decides nothing. */
  opinionOf(tenantId: string, watched: WatchedService, row: readonly Shown[]): Promise<SecondOpinion | null>;
}

const atOnce = 16;
const maxTries = 6;

/** The same anomaly keeps its id for ever: it follows from what it is of and when it began. */
export function anomalyIdOf(tenantId: string, { subject, sinceMs }: PendingChange): string {
  if (subject.seriesId !== null)
    return derivedId("anomaly", tenantId, subject.kind, subject.seriesId, sinceMs);
  const { project, service } = serviceOfAnomaly(subject);
  const parts = project === defaultProject ? [service] : [project, service];
  return derivedId("anomaly", tenantId, subject.kind, ...parts, sinceMs);
}

/**
 * Brings the anomalies' records up to date with what the detectors said: record, decision and event of each change.
 * Applying a change twice does nothing more, and what a person ended stays ended.
 */
export async function applyChanges(
  ctx: Ctx,
  changes: readonly PendingChange[],
  deps: ApplyDeps,
): Promise<void> {
  const byAnomaly = Map.groupBy(changes, (change) => anomalyIdOf(ctx.tenantId, change));
  await eachInParallel([...byAnomaly], atOnce, async ([id, own]) => {
    for (const change of own) await applyChange(ctx, id, change, deps);
  });
}

async function applyChange(ctx: Ctx, id: string, change: PendingChange, deps: ApplyDeps): Promise<void> {
  for (let attempt = 0; attempt < maxTries; attempt++) {
    const before = await deps.anomalies.get(ctx.tenantId, id);
    const after = before ? advanced(before, change) : await begun(ctx, id, change, deps);
    const standing = after ?? before;
    if (standing) await deps.anomalies.note(ctx.tenantId, [decisionOf(ctx, standing, change)]);
    if (!after) return;
    const events =
      after.state === "ended"
        ? [endedEvent(ctx, after, change)]
        : [detectedEvent(ctx, before, after, change)];
    const saved = await deps.anomalies.save(ctx.tenantId, after, before?.version ?? null, events);
    if (saved === "lost") continue;
    await deps.publish(events);
    await deps.anomalies.settle(ctx.tenantId, id, events);
    return;
  }
  throw new Unavailable(`Anomaly ${id} was changed by others ${maxTries} times.`);
}

/** A change that has nothing before it can only be a beginning. */
async function begun(
  ctx: Ctx,
  id: string,
  change: PendingChange,
  deps: ApplyDeps,
): Promise<Anomaly | undefined> {
  if (change.kind !== "opened" && change.kind !== "grew") return undefined;
  const { subject } = change;
  const permit = await deps.permitOf(ctx.tenantId, subject.kind, change.metricClass, ctx.nowMs);
  const opinion =
    subject.service !== null && change.row !== null
      ? await deps.opinionOf(ctx.tenantId, serviceOfAnomaly(subject), change.row)
      : null;
  return {
    id,
    ...subject,
    state: "open",
    mode: permit.mode,
    modeReason: permit.reason,
    startedAt: isoTime(change.sinceMs),
    endedAt: null,
    outcome: null,
    ...peakOf(change),
    secondOpinion: opinion,
    triage: null,
    metricClass: change.metricClass,
    detectorVersion: permit.detectorVersion,
    feedback: [],
    version: 1,
  };
}

/** The record after the change; undefined where it is so already, or a person has ended it. */
function advanced(before: Anomaly, change: PendingChange): Anomaly | undefined {
  const version = before.version + 1;
  switch (change.kind) {
    case "suppressed":
      return undefined;
    case "opened":
    case "grew": {
      const known = before.state === "ended" || rankOf(before.sensitivity) <= rankOf(change.level);
      return known ? undefined : { ...before, ...peakOf(change), version };
    }
    case "ended":
    case "withdrawn":
      if (before.state === "ended") return undefined;
      return {
        ...before,
        state: "ended",
        endedAt: isoTime(Math.max(change.atMs, Date.parse(before.startedAt))),
        outcome: change.outcome ?? "calm",
        version,
      };
  }
}

function peakOf(change: PendingChange) {
  const { atMs, value, expected, low, high, score, level, feature, contributions } = change;
  return {
    peakAt: isoTime(atMs),
    value,
    expected,
    band: low === null || high === null ? null : { low, high },
    score,
    sensitivity: level,
    feature,
    contributions,
    reason: describeChange(change),
  };
}

const decided = {
  opened: "detected",
  grew: "grew",
  ended: "ended",
  withdrawn: "withdrawn",
  suppressed: "suppressed",
} as const;

function decisionOf(ctx: Ctx, anomaly: Anomaly, change: PendingChange): AnomalyDecision {
  const { value, expected, low, high, feature, metricClass } = change;
  return {
    id: derivedId("decision", anomaly.id, change.kind, change.level, change.atMs),
    at: isoTime(change.atMs),
    anomalyId: anomaly.id,
    outcome: decided[change.kind],
    mode: anomaly.mode,
    score: change.score,
    threshold: change.threshold,
    inputs: {
      value,
      expected,
      band: low === null || high === null ? null : { low, high },
      feature,
      metricClass,
      detectorVersion: anomaly.detectorVersion,
      sampleAt: isoTime(change.atMs),
      causationId: change.causationId,
    },
    actor: ctx.actor.id,
    reason: reasonOf(anomaly, change),
  };
}

function reasonOf(anomaly: Anomaly, change: PendingChange): string {
  switch (change.kind) {
    case "opened":
    case "grew":
      return `${describeChange(change)} ${anomaly.modeReason}`;
    case "ended":
      return endings[change.outcome ?? "calm"];
    case "withdrawn":
      return endings.withdrawn;
    case "suppressed":
      return `${describeChange(change)} It was not told: its score is below the ${change.threshold.toFixed(1)} that this series must reach after feedback and earlier alarms, or the event before goes on.`;
  }
}

export const endings = {
  calm: "It is back inside the band it left and has been quiet for ten minutes.",
  adapted: "It has been quiet for an hour where it went, so that is ordinary by now.",
  silent: "Its series has stopped sending.",
  withdrawn: "Data that came late explains what was seen, so it is taken back.",
} as const;
