import type { Publish } from "../platform/bus/publish.ts";
import { isoTime } from "../platform/clock.ts";
import type { Ctx } from "../platform/context.ts";
import { endedEvent } from "./anomaly-events.ts";
import { silentMs } from "./anomaly-life.ts";
import type { AnomalyStore } from "./anomaly-store.ts";
import { endings } from "./apply-changes.ts";
import { type BlockStore, metricBlockId } from "./block-store.ts";
import { placesOf } from "./directory.ts";
import type { DirectoryStore } from "./directory-store.ts";
import { endingDecision } from "./feedback-decision.ts";
import { sampleMs } from "./sample.ts";
import type { Anomaly } from "./schemas.ts";
import { serviceOfAnomaly, vectorBlockId } from "./watched-service.ts";

export interface EndSilentDeps {
  anomalies: AnomalyStore;
  blocks: BlockStore;
  directory: DirectoryStore;
  publish: Publish;
}

/** Ends the open anomalies of series that have stopped sending: no sample will ever end those. */
export async function endSilentAnomalies(ctx: Ctx, deps: EndSilentDeps): Promise<void> {
  const open = await deps.anomalies.listOpen(ctx.tenantId);
  if (open.length === 0) return;
  const { byId } = placesOf(await deps.directory.load(ctx.tenantId));
  for (const anomaly of open) {
    const newestMs = await newestSampleMs(ctx, anomaly, byId, deps);
    if (ctx.nowMs - newestMs > silentMs) await endSilent(ctx, anomaly, newestMs, deps);
  }
}

async function newestSampleMs(
  ctx: Ctx,
  anomaly: Anomaly,
  byId: ReadonlyMap<string, number>,
  { blocks }: EndSilentDeps,
): Promise<number> {
  const { kind, seriesId, startedAt, peakAt } = anomaly;
  const service = kind === "vector" ? serviceOfAnomaly(anomaly) : null;
  const index = seriesId === null ? undefined : byId.get(seriesId);
  const id = service ? vectorBlockId(service) : index === undefined ? undefined : metricBlockId(index);
  if (id === undefined) return Date.parse(peakAt);
  const [stored] = await blocks.loadMany(ctx.tenantId, [{ id, kind, service }]);
  const state = stored?.block.state;
  // A service's watch that has begun anew since knows nothing of it, and will never end it.
  if (service && (state?.startMinute ?? 0) * sampleMs > Date.parse(startedAt)) return Date.parse(peakAt);
  const minutes = (state?.members ?? []).flatMap((member, i) =>
    kind === "vector" || member.id === seriesId
      ? [state?.settled[i] ?? 0, ...(state?.samples[i]?.keys() ?? [])]
      : [],
  );
  return Math.max(Date.parse(peakAt), ...minutes.map((minute) => minute * sampleMs));
}

async function endSilent(ctx: Ctx, before: Anomaly, newestMs: number, deps: EndSilentDeps): Promise<void> {
  const after: Anomaly = {
    ...before,
    state: "ended",
    endedAt: isoTime(newestMs),
    outcome: "silent",
    version: before.version + 1,
  };
  const events = [endedEvent(ctx, after, { atMs: newestMs })];
  await deps.anomalies.note(ctx.tenantId, [endingDecision(ctx, after, "ended", endings.silent)]);
  if ((await deps.anomalies.save(ctx.tenantId, after, before.version, events)) === "lost") return;
  await deps.publish(events);
  await deps.anomalies.settle(ctx.tenantId, after.id, events);
}
