import { audited } from "../audit/index.ts";
import type { Publish } from "../platform/bus/publish.ts";
import { isoTime } from "../platform/clock.ts";
import type { Ctx } from "../platform/context.ts";
import { Conflict, Unavailable } from "../platform/errors.ts";
import { endedEvent } from "./anomaly-events.ts";
import type { AnomalyStore } from "./anomaly-store.ts";
import { type BlockStore, metricBlockId } from "./block-store.ts";
import { placesOf } from "./directory.ts";
import type { DirectoryStore } from "./directory-store.ts";
import { endingDecision } from "./feedback-decision.ts";
import { getAnomaly } from "./list-anomalies.ts";
import type { Anomaly, Feedback } from "./schemas.ts";
import { serviceOfAnomaly, vectorBlockId } from "./watched-service.ts";

export interface FeedbackDeps {
  anomalies: AnomalyStore;
  blocks: BlockStore;
  directory: DirectoryStore;
  publish: Publish;
}
interface Given {
  anomalyId: string;
  note: string | undefined;
}

const maxTries = 6;
const mostFeedback = 20;

/** "I have seen it": nothing else changes. Throws NotFound. */
export function acknowledgeAnomaly(ctx: Ctx, given: Given, deps: FeedbackDeps): Promise<Anomaly> {
  return give(ctx, given, "acknowledged", deps);
}

/** "It was one, and it is over": an open one ends now. Throws NotFound. */
export function resolveAnomaly(ctx: Ctx, given: Given, deps: FeedbackDeps): Promise<Anomaly> {
  return give(ctx, given, "resolved", deps);
}

/**
 * "That was no anomaly": an open one ends, and the thresholds of that very series, or service, rise, by 15 % a time
 * and at most to twice the usual. Once for each anomaly. Throws NotFound, and Conflict when it was dismissed before.
 */
export async function dismissAnomaly(ctx: Ctx, given: Given, deps: FeedbackDeps): Promise<Anomaly> {
  const before = await getAnomaly(ctx, given.anomalyId, deps);
  if (before.feedback.some(({ kind }) => kind === "dismissed")) {
    throw new Conflict("It has been dismissed already; its series' threshold was raised then.");
  }
  await raiseThreshold(ctx, before, deps);
  return give(ctx, given, "dismissed", deps);
}

const outcomes = { acknowledged: null, resolved: "resolved", dismissed: "dismissed" } as const;

async function give(
  ctx: Ctx,
  { anomalyId, note }: Given,
  kind: Feedback["kind"],
  deps: FeedbackDeps,
): Promise<Anomaly> {
  for (let attempt = 0; attempt < maxTries; attempt++) {
    const before = await getAnomaly(ctx, anomalyId, deps);
    const ends = outcomes[kind] !== null && before.state === "open";
    const said: Feedback = {
      kind,
      at: isoTime(ctx.nowMs),
      by: ctx.actor.name ?? ctx.actor.id,
      note: note ?? null,
    };
    const after: Anomaly = {
      ...before,
      feedback: [...before.feedback, said].slice(-mostFeedback),
      ...(ends ? { state: "ended" as const, endedAt: isoTime(ctx.nowMs), outcome: outcomes[kind] } : {}),
      version: before.version + 1,
    };
    const events = [
      ...(ends ? [endedEvent(ctx, after, { atMs: ctx.nowMs })] : []),
      recordOf(ctx, kind, before, after, note),
    ];
    const saved = await deps.anomalies.save(ctx.tenantId, after, before.version, events);
    if (saved === "lost") continue;
    await deps.anomalies.note(ctx.tenantId, [endingDecision(ctx, after, kind, reasonOf(kind, said))]);
    await deps.publish(events);
    await deps.anomalies.settle(ctx.tenantId, after.id, events);
    return after;
  }
  throw new Unavailable(`Anomaly ${anomalyId} was changed by others ${maxTries} times; try again.`);
}

function recordOf(ctx: Ctx, kind: Feedback["kind"], before: Anomaly, after: Anomaly, why?: string) {
  const factsOf = ({ state, outcome, feedback }: Anomaly) => ({
    state,
    outcome,
    saidOfIt: feedback.map(({ kind }) => kind),
  });
  const { id, metric, service } = after;
  const name = metric ?? service ?? id;
  const change = { before: factsOf(before), after: factsOf(after), why };
  return audited(ctx, { did: kind, resource: { type: "anomaly", id, name }, ...change });
}

function reasonOf(kind: Feedback["kind"], { by, note }: Feedback): string {
  const said = note === null ? "" : `: "${note}"`;
  switch (kind) {
    case "acknowledged":
      return `${by} has seen it${said}.`;
    case "resolved":
      return `${by} says that it was one and is over${said}.`;
    case "dismissed":
      return `${by} says that it was no anomaly${said}. What this series must reach to be told of again is 15 % more of the usual than before.`;
  }
}

/** Leaves the dismissal with the block, where the detector takes it up in its place among the samples. */
async function raiseThreshold(ctx: Ctx, anomaly: Anomaly, deps: FeedbackDeps): Promise<void> {
  const place = await placeOf(ctx, anomaly, deps);
  if (!place) return;
  for (let attempt = 0; attempt < maxTries; attempt++) {
    const [stored] = await deps.blocks.loadMany(ctx.tenantId, [place]);
    const member = anomaly.kind === "vector" ? 0 : stored?.block.find(anomaly.seriesId ?? "");
    if (!stored || stored.version === 0 || member === undefined) return;
    stored.block.dismiss(member, anomaly.id);
    const saved = await deps.blocks.save(ctx.tenantId, stored, { nowMs: ctx.nowMs, maySettle: false });
    if (saved === "saved") return;
  }
  throw new Unavailable(`The detector of ${anomaly.id} was busy ${maxTries} times; try again.`);
}

async function placeOf(ctx: Ctx, anomaly: Anomaly, { directory }: FeedbackDeps) {
  const { kind, seriesId } = anomaly;
  if (kind === "vector") {
    const service = serviceOfAnomaly(anomaly);
    return { id: vectorBlockId(service), kind, service };
  }
  const index = placesOf(await directory.load(ctx.tenantId)).byId.get(seriesId ?? "");
  return index === undefined ? undefined : { id: metricBlockId(index), kind, service: null };
}
