import type { MetricsReceivedV1 } from "../../events/metrics.ts";
import { decodePoints } from "../metrics/index.ts";
import type { Ctx } from "../platform/context.ts";
import { eachInParallel } from "../platform/each-in-parallel.ts";
import { Unavailable } from "../platform/errors.ts";
import { type Gather, makeGather } from "../platform/gather.ts";
import { type ApplyDeps, applyChanges } from "./apply-changes.ts";
import { type Block, fewestMetrics } from "./block.ts";
import type { BlockCache, CachedTenant } from "./block-cache.ts";
import { type BlockStore, metricBlockId, type StoredBlock } from "./block-store.ts";
import { findPlaces, type Places } from "./directory.ts";
import type { DirectoryStore } from "./directory-store.ts";
import { pendingOf } from "./pending-of.ts";
import { type Sampled, samplesOf, type WatchedSeries } from "./sample.ts";
import { type WatchedService, watchedOf } from "./watched-service.ts";

export interface DetectDeps extends ApplyDeps {
  blocks: BlockStore;
  directory: DirectoryStore;
  cache: BlockCache;
}

/** What a batch brought, and in whose name it is worked on. */
export interface Arrived {
  ctx: Ctx;
  sampled: Sampled[];
}

/** Shows what arrives to the detectors, a tenant's one after the other: in one process they share a memory. */
export function makeDetect(deps: DetectDeps): Gather<Arrived> {
  return makeGather(async (_tenantId, arrived) => {
    const first = arrived[0];
    if (first)
      await detectAnomalies(
        first.ctx,
        arrived.flatMap(({ sampled }) => sampled),
        deps,
      );
  });
}

/** What arrives for one block. */
interface Share {
  id: string;
  kind: "metric" | "vector";
  service: WatchedService | null;
  sampled: Sampled[];
}

const blocksAtOnce = 16;
/** Places that were given to others are known after at most this long. */
const placesAgainMs = 3_600_000;
const maxTries = 10;

/**
 * Shows arrived samples to the detectors of their series and services; where none of them is new, nothing is read or
 * written. What the detectors say follows from the set of points alone, whatever
 * their order and however often they come, as long as they come within five minutes of one another. When it returns,
 * all that was said is durable: handing the same batches in again changes nothing, and completes what a process that
 * died left undone.
 */
export async function detectAnomalies(
  ctx: Ctx,
  sampled: readonly Sampled[],
  deps: DetectDeps,
): Promise<void> {
  const tenant = deps.cache.of(ctx.tenantId);
  if (ctx.nowMs - tenant.placesMs >= placesAgainMs) tenant.places = undefined;
  if (!tenant.places) tenant.placesMs = ctx.nowMs;
  tenant.places = await findPlaces(
    ctx.tenantId,
    {
      seriesIds: sampled.map(({ series }) => series.id),
      services: sampled.flatMap(({ series }) => watchedOf(series.labels) ?? []),
    },
    tenant.places,
    deps.directory,
  );
  const shares = sharesOf(sampled, tenant.places);
  await loadMissing(ctx, shares, tenant, deps);
  await eachInParallel(shares, blocksAtOnce, (share) => feed(ctx, share, tenant, deps));
}

/** The samples of an arrived batch. Throws a TypeError where its points cannot be read. */
export function readSamples({ packed }: MetricsReceivedV1): Sampled[] {
  return samplesOf(decodePoints(Buffer.from(packed.base64, "base64")));
}

function sharesOf(sampled: readonly Sampled[], { byId, vectors }: Places): Share[] {
  const shares = new Map<string, Share>();
  const give = (id: string, kind: Share["kind"], service: WatchedService | null, one: Sampled) => {
    const share = shares.get(id) ?? { id, kind, service, sampled: [] };
    shares.set(id, share);
    share.sampled.push(one);
  };
  for (const one of sampled) {
    const index = byId.get(one.series.id);
    if (index === undefined) continue;
    give(metricBlockId(index), "metric", null, one);
    const watched = watchedOf(one.series.labels);
    const vector = watched && vectors.get(watched.project)?.get(watched.service);
    if (watched && vector !== undefined) give(vector, "vector", watched, one);
  }
  return [...shares.values()];
}

async function loadMissing(
  ctx: Ctx,
  shares: readonly Share[],
  tenant: CachedTenant,
  { blocks }: DetectDeps,
): Promise<void> {
  const missing = shares.filter(({ id }) => !tenant.blocks.has(id));
  if (missing.length === 0) return;
  for (const stored of await blocks.loadMany(ctx.tenantId, missing)) tenant.blocks.set(stored.id, stored);
}

async function feed(ctx: Ctx, share: Share, tenant: CachedTenant, deps: DetectDeps): Promise<void> {
  let stored = tenant.blocks.get(share.id);
  for (let attempt = 0; attempt < maxTries; attempt++) {
    stored ??= (await deps.blocks.loadMany(ctx.tenantId, [share]))[0] as StoredBlock;
    // What is in memory is ahead of what is saved until the save is through; a failure must not leave it there.
    tenant.blocks.delete(share.id);
    if (stored.pending.length > 0) await applyPending(ctx, stored, deps);
    if (!merge(stored, share)) {
      tenant.blocks.set(share.id, stored);
      return;
    }
    stored.pending = pendingOf(stored.block, ctx.causationId);
    const saved = await deps.blocks.save(ctx.tenantId, stored, {
      nowMs: ctx.nowMs,
      maySettle: attempt === 0,
    });
    if (saved === "saved") {
      await applyPending(ctx, stored, deps);
      tenant.blocks.set(share.id, stored);
      return;
    }
    stored = undefined;
  }
  throw new Unavailable(`The block ${share.id} was changed by others ${maxTries} times.`);
}

/** True when any of it was new. */
function merge({ block }: StoredBlock, share: Share): boolean {
  const ordered = share.sampled.toSorted((a, b) => (a.series.id < b.series.id ? -1 : 1));
  const joined = ordered.filter(({ series }) => {
    if (!joins(block, share, series)) return false;
    block.add(series);
    return true;
  });
  if (share.kind === "vector" && block.state.members.length < fewestMetrics) return joined.length > 0;
  const changed = ordered.filter(({ series, samples }) => {
    const member = block.find(series.id);
    return member !== undefined && block.put(member, samples);
  });
  return joined.length + changed.length > 0;
}

/** A service is watched by one series of each metric, the first that was seen. */
function joins(block: Block, { kind }: Share, { id, metric }: WatchedSeries): boolean {
  if (block.find(id) !== undefined) return false;
  if (kind === "vector" && block.state.members.some((member) => member.metric === metric)) return false;
  return block.open;
}

async function applyPending(ctx: Ctx, stored: StoredBlock, deps: DetectDeps): Promise<void> {
  await applyChanges(ctx, stored.pending, deps);
  stored.pending = [];
}
