import type { Publish } from "../platform/bus/publish.ts";
import type { Ctx } from "../platform/context.ts";
import { eachInParallel } from "../platform/each-in-parallel.ts";
import { Unavailable } from "../platform/errors.ts";
import type { AlertRecord } from "./alert-record.ts";
import type { AlertStore } from "./alert-store.ts";
import { type Cause, type Change, changeOf, openEntryOf } from "./change.ts";
import type { DecisionStore } from "./decision-store.ts";
import type { GroupEvaluation } from "./evaluate-rule.ts";
import type { OpenAlertStore } from "./open-alert-store.ts";
import type { AlertRule } from "./schemas.ts";

export interface AlertStores {
  alerts: AlertStore;
  openAlerts: OpenAlertStore;
  decisions: DecisionStore;
  publish: Publish;
}

/** One group of a rule: how to judge it, given what stands. Called again when another writer was first. */
export interface GroupWork {
  alertId: string;
  evaluate(record: AlertRecord | undefined): readonly GroupEvaluation[];
}

const width = 64;
const maxTries = 6;
/** A storm is worked off slice by slice: people hear early, and a process cut off in the middle owes little. */
const sliceSize = 500;
/** Entries of closed alerts cost readers a look and nothing else; after a storm the tick strikes the rest. */
const struckAtOnce = 100;

/**
 * Judges the groups and makes what follows durable: each changed alert in one conditional save with the events it
 * owes, then the events on the bus, the decision records, and the open index brought up to date. Of two that
 * judge the same group at once, one saves and the other judges anew from there, so an event is owed once.
 * Handing the same cause in again completes what a dying process left.
 */
export async function commitGroups(
  ctx: Ctx,
  rule: AlertRule,
  works: readonly GroupWork[],
  known: ReadonlyMap<string, AlertRecord>,
  cause: Cause,
  stores: AlertStores,
): Promise<void> {
  for (let at = 0; at < works.length; at += sliceSize) {
    await commitSlice(ctx, rule, works.slice(at, at + sliceSize), known, cause, stores);
  }
  const unfinished = [...known.values()].filter((record) => record.cause === cause.id);
  await stores.decisions.note(
    ctx.tenantId,
    unfinished.flatMap((record) => record.decisions),
  );
}

async function commitSlice(
  ctx: Ctx,
  rule: AlertRule,
  works: readonly GroupWork[],
  known: ReadonlyMap<string, AlertRecord>,
  cause: Cause,
  stores: AlertStores,
): Promise<void> {
  const planned = works.flatMap((work) => {
    const before = known.get(work.alertId);
    const change = changeOf(ctx, rule, before, work.alertId, work.evaluate(before), cause);
    return change ? [{ work, change }] : [];
  });
  await stores.openAlerts.note(
    ctx.tenantId,
    planned.flatMap(({ change }) => change.opens ?? []),
  );
  const made: Change[] = [];
  const save = async ({ work, change }: (typeof planned)[number]) => {
    const saved = await saveChange(ctx, rule, work, change, cause, stores);
    if (saved) made.push(saved);
  };
  try {
    await eachInParallel(planned, width, save);
  } finally {
    await settle(ctx, made, stores);
  }
}

async function saveChange(
  ctx: Ctx,
  rule: AlertRule,
  work: GroupWork,
  planned: Change,
  cause: Cause,
  { alerts, openAlerts }: AlertStores,
): Promise<Change | undefined> {
  let change: Change | undefined = planned;
  for (let attempt = 0; attempt < maxTries; attempt++) {
    const { before, after, events } = change;
    const saved = await alerts.saveTransition(ctx.tenantId, after, before?.version ?? null, events);
    if (saved === "saved") return change;
    const record = await alerts.get(ctx.tenantId, work.alertId);
    change = changeOf(ctx, rule, record, work.alertId, work.evaluate(record), cause);
    if (!change) return undefined;
    if (change.opens) await openAlerts.note(ctx.tenantId, [change.opens]);
  }
  throw new Unavailable(`Alert ${work.alertId} was changed by others ${maxTries} times while being judged.`);
}

/** Publishing comes first, since people wait for it; entries are struck last, as they lead back to an unfinished save. */
async function settle(ctx: Ctx, made: readonly Change[], stores: AlertStores): Promise<void> {
  const owing = made.filter((change) => change.events.length > 0);
  await stores.publish(owing.flatMap((change) => change.events));
  await stores.decisions.note(
    ctx.tenantId,
    made.flatMap((change) => change.decisions),
  );
  await eachInParallel(owing, width, (change) =>
    stores.alerts.settle(ctx.tenantId, change.after.id, change.events),
  );
  const strikes = made.flatMap(({ before, after }) => {
    const gone = openEntryOf(before, ctx.nowMs);
    const still = openEntryOf(after, ctx.nowMs);
    if (!gone || gone.version === still?.version) return [];
    return [still ? { gone, still } : { gone }];
  });
  await stores.openAlerts.strike(ctx.tenantId, strikes.slice(0, struckAtOnce));
}
