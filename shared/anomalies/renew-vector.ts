import type { Ctx } from "../platform/context.ts";
import { Block, metricsPerVector } from "./block.ts";
import { type BlockState, emptyBlock } from "./block-state.ts";
import type { BlockStore, StoredBlock } from "./block-store.ts";
import { sampleMs } from "./sample.ts";
import { watchedOf } from "./watched-service.ts";

const goneAfterMinutes = 1_440;
/** So many of its metrics may be gone before a service is watched by others. */
const mostGone = 0.25;

/**
 * Begins a service's watch anew when it is no longer watched by what it sends: too many of its metrics have been gone
 * for a day, or there is room for ones that came later. True when it did; the service then says nothing for some hours.
 */
export async function renewVector(
  ctx: Ctx,
  stored: StoredBlock,
  metricBlocks: readonly BlockState[],
  blocks: BlockStore,
): Promise<boolean> {
  const { state } = stored.block;
  if (stored.version === 0 || state.service === null || !isOutdated(state, metricBlocks, ctx.nowMs))
    return false;
  const block = new Block(emptyBlock("vector", state.service));
  const anew = { ...stored, block, slot: null, baseMembers: 0, pending: [] };
  return (await blocks.save(ctx.tenantId, anew, { nowMs: ctx.nowMs, maySettle: false })) === "saved";
}

function isOutdated(vector: BlockState, metricBlocks: readonly BlockState[], nowMs: number): boolean {
  const horizon = Math.floor(nowMs / sampleMs) - goneAfterMinutes;
  const { project, service } = vector.service ?? {};
  const living = new Set<string>();
  const metrics = new Set<string>();
  for (const { members, samples, settled } of metricBlocks) {
    members.forEach(({ id, metric, labels }, i) => {
      const newest = Math.max(settled[i] ?? 0, ...(samples[i]?.keys() ?? []));
      const own = watchedOf(labels);
      if (newest < horizon || own?.service !== service || own?.project !== project) return;
      living.add(id);
      metrics.add(metric);
    });
  }
  // Of a service that is silent altogether nothing is known to be better.
  if (living.size === 0) return false;
  const gone = vector.members.filter(({ id }) => !living.has(id)).length;
  const watched = new Set(vector.members.map(({ metric }) => metric));
  const unwatched = [...metrics].some((metric) => !watched.has(metric));
  return gone > mostGone * vector.members.length || (unwatched && vector.members.length < metricsPerVector);
}
