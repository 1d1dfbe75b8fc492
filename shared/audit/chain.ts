import { createHash } from "node:crypto";
import { canonicalJson } from "./canonical-json.ts";
import type { AuditEntry } from "./schemas.ts";

/** An act before it has a place in the chain. */
export type Act = Omit<AuditEntry, "seq" | "recordedAt" | "prevHash" | "hash">;

/** What the next entry is chained to. */
export interface Head {
  seq: number;
  hash: string;
}

/** Before the first entry. */
export const origin: Head = { seq: 0, hash: "0".repeat(64) };

/** The entry that follows `head`. */
export function chained(head: Head, act: Act, recordedAt: string): AuditEntry {
  const entry = { ...act, seq: head.seq + 1, recordedAt, prevHash: head.hash };
  return { ...entry, hash: hashOf(entry) };
}

export type ChainFault =
  | { kind: "edited"; seq: number }
  | { kind: "removed"; fromSeq: number; toSeq: number }
  /** It names another predecessor than stands before it. */
  | { kind: "unchained"; seq: number };

/** What is wrong between an entry and the one before it, if anything. Names every fault of the pair. */
export function faultsBetween(before: Head, entry: AuditEntry): ChainFault[] {
  const { hash, ...rest } = entry;
  const faults: ChainFault[] = [];
  if (entry.seq > before.seq + 1) {
    faults.push({ kind: "removed", fromSeq: before.seq + 1, toSeq: entry.seq - 1 });
  } else if (entry.seq !== before.seq + 1 || entry.prevHash !== before.hash) {
    faults.push({ kind: "unchained", seq: entry.seq });
  }
  if (hash !== hashOf(rest)) faults.push({ kind: "edited", seq: entry.seq });
  return faults;
}

function hashOf(entry: Omit<AuditEntry, "hash">): string {
  return createHash("sha256").update(canonicalJson(entry)).digest("hex");
}
