import { z } from "zod";
import type { Item, Saved, TenantTable } from "../platform/aws/tenant-table.ts";
import { Block } from "./block.ts";
import { packBase, packSince, unpackBlock } from "./block-codec.ts";
import { type BlockState, emptyBlock, isMixed } from "./block-state.ts";
import { PendingChange } from "./pending-change.ts";
import { vectorBlockId, type WatchedService } from "./watched-service.ts";

/** A block as it was loaded or last saved. */
export interface StoredBlock {
  id: string;
  block: Block;
  /** 0 = never saved. */
  version: number;
  /** Which of the two places holds the base; null while there is none. */
  slot: 0 | 1 | null;
  baseMembers: number;
  /** What the last save owes to the anomalies' own records. */
  pending: PendingChange[];
}

const Head = z.object({
  version: z.int().positive(),
  slot: z.union([z.literal(0), z.literal(1)]).nullable(),
  baseMembers: z.int().nonnegative(),
  since: z.instanceof(Uint8Array),
  pending: z.string().transform((text) => z.array(PendingChange).parse(JSON.parse(text))),
});

const Summary = z.object({
  metricCount: z.int(),
  scoredMs: z.number().optional(),
  score: z.number().optional(),
});

export type BlockStore = ReturnType<typeof makeBlockStore>;

/** A block that nobody has fed for so long is gone. */
const keptS = 8 * 86_400;

export const metricBlockId = (index: number) => `m${index}`;

/**
 * Blocks are kept in two parts, for a write costs by the size of its item: a base of all states, saved each quarter
 * of an hour into the one of two places that is not in use, and a head, saved with each sample under the version it
 * was read at, that names the base it goes on from. The guard on the head lets one of two writers win; the other
 * reads again and merges. The guard on the base keeps a writer who is late from overwriting one in use.
 */
export function makeBlockStore(table: TenantTable) {
  return {
    /**
     * The blocks, in the order asked for; one never saved is empty. A service that is watched by series of another
     * project too begins anew.
     */
    async loadMany(
      tenantId: string,
      wanted: readonly { id: string; kind: BlockState["kind"]; service: WatchedService | null }[],
    ): Promise<StoredBlock[]> {
      const heads = byKey(
        await table.getMany(
          tenantId,
          wanted.map(({ id }) => headKey(id)),
        ),
      );
      const parsed = wanted.map((one) => {
        const row = heads.get(headKey(one.id).pk);
        return { ...one, head: row && Head.parse(row) };
      });
      const bases = byKey(
        await table.getMany(
          tenantId,
          parsed.flatMap(({ id, head }) => (head && head.slot !== null ? [baseKey(id, head.slot)] : [])),
        ),
      );
      return parsed.map(({ id, kind, service, head }) => {
        const anew = { id, slot: null, baseMembers: 0, pending: [] };
        const empty = () => emptyBlock(kind, service);
        if (!head) return { ...anew, block: new Block(empty()), version: 0 };
        const base = bases.get(headKey(id).pk)?.["data"];
        const { version, slot, baseMembers, pending } = head;
        const state = unpackBlock(base instanceof Uint8Array ? base : undefined, head.since, empty());
        if (isMixed(state)) return { ...anew, block: new Block(empty()), version, pending };
        return { id, block: new Block(state), version, slot, baseMembers, pending };
      });
    },

    /** How each service stood at its newest row; from the heads alone. */
    async summaries(tenantId: string, services: readonly WatchedService[]) {
      const keys = services.map((service) => headKey(vectorBlockId(service)));
      const heads = byKey(await table.getMany(tenantId, keys));
      return services.map((service) => {
        const row = heads.get(headKey(vectorBlockId(service)).pk);
        const summary = row && Summary.parse(row);
        return {
          ...service,
          metricCount: summary?.metricCount ?? 0,
          atMs: summary?.scoredMs ?? null,
          score: summary?.score ?? null,
        };
      });
    },

    /**
     * Saves what came since the base, and with `maySettle` a new base first where one is due; who lost a save to
     * another tries again without. "lost" = somebody else was first, and the block must be loaded again.
     */
    async save(
      tenantId: string,
      stored: StoredBlock,
      { nowMs, maySettle }: { nowMs: number; maySettle: boolean },
    ): Promise<Saved> {
      const { id, block, version, pending } = stored;
      const expiresAt = Math.ceil(nowMs / 1000) + keptS;
      if (maySettle && block.dueToSettle) {
        const slot = stored.slot === 0 ? 1 : 0;
        block.settle();
        const item = { ...baseKey(id, slot), version: version + 1, data: packBase(block.state), expiresAt };
        if ((await table.put(tenantId, item, { below: version + 1 })) === "lost") return "lost";
        stored.slot = slot;
        stored.baseMembers = block.state.members.length;
      }
      const head = {
        ...headKey(id),
        version: version + 1,
        slot: stored.slot,
        baseMembers: stored.baseMembers,
        since: packSince(block.state, stored.baseMembers),
        pending: JSON.stringify(pending),
        ...summaryOf(block),
        expiresAt,
      };
      const saved = await table.put(tenantId, head, version === 0 ? { absent: true } : { version });
      if (saved === "saved") stored.version = version + 1;
      return saved;
    },
  };
}

function summaryOf(block: Block) {
  if (block.state.kind === "metric") return {};
  const newest = block.newestScore;
  return {
    metricCount: block.state.members.length,
    ...(newest ? { scoredMs: newest.timeMs, score: newest.score } : {}),
  };
}

const blockPartition = (id: string) => `BLOCK#${id}`;
const headKey = (id: string) => ({ pk: blockPartition(id), sk: "HEAD" });
const baseKey = (id: string, slot: 0 | 1) => ({ pk: blockPartition(id), sk: `BASE#${slot}` });
const byKey = (rows: readonly Item[]) => new Map(rows.map((row) => [row.pk, row]));
