import { type ChainFault, faultsBetween, type Head, origin } from "./chain.ts";
import { type ChainStore, headOf, keptMs } from "./chain-store.ts";

export interface Verdict {
  entries: number;
  /** The first entry that is still kept; age has taken those before it. */
  firstSeq: number;
  /** Note it down somewhere else: handed in at the next time, it proves that nothing up to it was rewritten. */
  head: Head;
  faults: ChainFault[];
}

/**
 * Reads a tenant's whole chain and names everything in it that is not as it was written: entries edited, removed,
 * put in or in another order, an end or a beginning cut off. Who may write to every row could also make the chain
 * anew from some entry on; `witness`, an end noted elsewhere, tells that too.
 */
export async function verifyChain(
  tenantId: string,
  chain: ChainStore,
  { nowMs, witness }: { nowMs: number; witness?: Head | undefined },
): Promise<Verdict> {
  const [noted, bornMs] = await Promise.all([chain.noted(tenantId), chain.bornMs(tenantId)]);
  const mayBeAged = bornMs !== undefined && nowMs - bornMs >= keptMs;
  const faults: ChainFault[] = [];
  let entries = 0;
  let firstSeq = 0;
  let last: Head = origin;
  for await (const entry of chain.after(tenantId, 0)) {
    if (entries === 0) {
      firstSeq = entry.seq;
      if (mayBeAged) last = { seq: entry.seq - 1, hash: entry.prevHash };
    }
    faults.push(...faultsBetween(last, entry));
    for (const known of [noted, witness]) {
      if (known?.seq === entry.seq && known.hash !== entry.hash) {
        faults.push({ kind: "edited", seq: entry.seq });
      }
    }
    last = headOf(entry);
    entries += 1;
  }
  const end = Math.max(noted?.seq ?? 0, witness?.seq ?? 0);
  if (end > last.seq && !(entries === 0 && mayBeAged)) {
    faults.push({ kind: "removed", fromSeq: last.seq + 1, toSeq: end });
  }
  return { entries, firstSeq, head: last, faults: distinct(faults) };
}

function distinct(faults: readonly ChainFault[]): ChainFault[] {
  return [...new Map(faults.map((fault) => [JSON.stringify(fault), fault])).values()];
}
