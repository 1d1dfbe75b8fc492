import type { Saved } from "../platform/aws/tenant-table.ts";
import type { Ctx } from "../platform/context.ts";
import { Unavailable } from "../platform/errors.ts";
import { type AlertSignal, correlationKeys } from "./alert-signal.ts";
import { attachAlerts, type MemberUpdate, type MemberUpdates } from "./attach-alerts.ts";
import type { Change } from "./change.ts";
import type { CorrelationStore } from "./correlation-store.ts";
import { maxSaveBytes, maxSaveMembers } from "./incident-store.ts";
import type { Signals } from "./member.ts";
import { openIncident } from "./open-incident.ts";
import { type AttachPart, type OpenPart, type Plan, planBatch, type Scene } from "./plan-batch.ts";
import { type IncidentDeps, saveChange } from "./save-change.ts";

export interface CorrelateDeps extends IncidentDeps {
  correlations: CorrelationStore;
}

const maxTries = 40;

/**
 * Brings alert signals of one tenant into incidents: each touched incident is read once and saved once,
 * guarded by its version. A batch that lost a race reads again and decides anew what it has not yet brought
 * in; signals that are known already change nothing, so the same batch may come any number of times, in any
 * cut and order. Throws Unavailable when it lost too often.
 */
export async function correlateAlerts(
  ctx: Ctx,
  signals: readonly AlertSignal[],
  deps: CorrelateDeps,
): Promise<void> {
  for (let lostRaces = 0; lostRaces < maxTries; ) {
    const scene = await readScene(ctx.tenantId, signals, deps);
    const plan = planBatch(ctx.tenantId, byAlert([...signals, ...scene.early]), scene, ctx.nowMs);
    const outcomes = await carryOutAll(ctx, plan, deps);
    if (outcomes.every((outcome) => outcome === "saved")) return;
    if (outcomes.includes("lost")) await pause(++lostRaces);
  }
  throw new Unavailable(
    `The alert signals lost ${maxTries} races for their incidents; they are tried again.`,
  );
}

/** "partly" = saved, and the rest of the batch needs another save. */
type Outcome = Saved | "partly";

async function readScene(
  tenantId: string,
  signals: readonly AlertSignal[],
  { incidents, correlations }: CorrelateDeps,
): Promise<Scene & { early: AlertSignal[] }> {
  const around = await correlations.lookUp(tenantId, signals);
  const idsOf = (signal: AlertSignal) =>
    correlationKeys(signal)
      .flatMap((key) => around.pointers.get(key) ?? [])
      .flatMap(({ incidentId, formerIds }) => (incidentId === null ? formerIds : [incidentId, ...formerIds]));
  const pairs = new Map<string, { incidentId: string; alertId: string }>();
  for (const signal of signals) {
    for (const incidentId of idsOf(signal)) {
      pairs.set(`${incidentId}|${signal.alertId}`, { incidentId, alertId: signal.alertId });
    }
  }
  const ids = [...new Set([...pairs.values()].map((pair) => pair.incidentId))];
  const found = await incidents.loadMany(tenantId, ids);
  const members = await incidents.members(tenantId, [...pairs.values()]);
  return { ...around, incidents: found, members };
}

/** A resolution beside an opening waits for the next round: the new incident may be the one that takes it. */
async function carryOutAll(ctx: Ctx, plan: Plan, deps: CorrelateDeps): Promise<Outcome[]> {
  const spreads = await Promise.all(
    plan.spreads.map(({ was, now }) => deps.correlations.saveSpread(ctx.tenantId, was, now)),
  );
  if (spreads.includes("lost")) return ["lost"];
  const outcomes = await Promise.all(plan.parts.map((part) => carryOut(ctx, part, deps)));
  if (plan.remember.signals.length === 0) return outcomes;
  const opened = plan.parts.some((part) => part.kind === "open");
  return [
    ...outcomes,
    opened ? "partly" : await deps.correlations.remember(ctx.tenantId, plan.remember, ctx.nowMs),
  ];
}

async function carryOut(ctx: Ctx, part: AttachPart | OpenPart, deps: CorrelateDeps): Promise<Outcome> {
  switch (part.kind) {
    case "attach":
      return saveFitting(ctx, part.updates, deps, (updates) => attachAlerts(ctx, part.incident, updates));
    case "open": {
      const { opening, pointer } = part;
      if (!part.claimed) {
        const { correlationKey, incidentId } = opening;
        const claim = await deps.correlations.claim(ctx.tenantId, correlationKey, pointer, incidentId);
        if (claim === "lost") return "lost";
      }
      return saveFitting(ctx, part.updates, deps, (updates) => openIncident(ctx, opening, updates));
    }
  }
}

/** Saves as many of the updates as one item can note. */
async function saveFitting(
  ctx: Ctx,
  updates: MemberUpdates,
  deps: CorrelateDeps,
  toChange: (updates: MemberUpdates) => Change,
): Promise<Outcome> {
  const fitting = firstThatFit(updates);
  const outcome = await saveChange(ctx, toChange(fitting), deps);
  return outcome === "saved" && fitting.length < updates.length ? "partly" : outcome;
}

function firstThatFit([first, ...others]: MemberUpdates): MemberUpdates {
  const fitting: MemberUpdates = [first];
  let bytes = bytesOf(first);
  for (const update of others) {
    bytes += bytesOf(update);
    if (bytes > maxSaveBytes || fitting.length >= maxSaveMembers) break;
    fitting.push(update);
  }
  return fitting;
}

function bytesOf(update: MemberUpdate): number {
  return Buffer.byteLength(JSON.stringify(update.after));
}

function byAlert(signals: readonly AlertSignal[]): Signals[] {
  const groups = new Map<string, Signals>();
  for (const signal of signals) {
    const group = groups.get(signal.alertId);
    if (group) group.push(signal);
    else groups.set(signal.alertId, [signal]);
  }
  return [...groups.values()];
}

/** Full-jitter back-off, so that racers part. */
function pause(lostRaces: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, Math.random() * Math.min(100, 10 * 2 ** lostRaces)));
}
