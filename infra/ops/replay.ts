import { setTimeout as pause } from "node:timers/promises";
import { isoTime } from "../../shared/platform/clock.ts";
import type { FunctionRow } from "../topology/row.ts";
import type { Archive, Installation } from "./installation.ts";
import type { Terminal } from "./terminal.ts";

export interface ReplayOrder {
  fromMs: number;
  toMs: number;
  /** To this consumer alone; all rules of the bus when left out. */
  only: FunctionRow | undefined;
  yes: boolean;
  wait: boolean;
  nowMs: number;
  /** Between two looks at how far it is. */
  lookEveryMs?: number;
}

const dayMs = 24 * 3_600_000;
/** AWS's word on how long an event may take to reach the archive. */
const archiveLagMs = 10 * 60_000;

/** Sends a span of archived events again, and tells how far it is until it is done. Throws when it fails. */
export async function replay(
  installation: Installation,
  order: ReplayOrder,
  terminal: Terminal,
): Promise<void> {
  const archive = await installation.archive();
  const ruleArns = rulesFor(archive, order.only);
  checkKept(archive, order);
  terminal.say(
    `From ${archive.name}: every event from ${isoTime(order.fromMs)} to ${isoTime(order.toMs)} goes to ${order.only ? order.only.name : "every rule on the bus, yours too,"} again.`,
  );
  if (order.nowMs - order.toMs < archiveLagMs) {
    terminal.say("The last ten minutes may not be in the archive yet.");
  }
  if (!(order.yes || (await terminal.confirm("Replay now?")))) return terminal.say("Nothing was replayed.");

  const name = await archive.start({ fromMs: order.fromMs, toMs: order.toMs, ruleArns });
  terminal.say(`The replay ${name} has begun.`);
  if (order.wait) await follow(archive, name, order, terminal);
}

function rulesFor(archive: Archive, only: FunctionRow | undefined): string[] {
  if (!only) return [];
  const ruleArns = archive.ruleArnsOf(only.name);
  if (ruleArns.length === 0) {
    throw new Error(
      `No rule of this installation brings events to ${only.name}; deploy it anew, or leave --only out.`,
    );
  }
  return ruleArns;
}

function checkKept({ retentionDays }: Archive, { fromMs, nowMs }: ReplayOrder): void {
  const keptFromMs = nowMs - retentionDays * dayMs;
  // 0 = kept for ever.
  if (retentionDays > 0 && fromMs < keptFromMs) {
    throw new Error(
      `The archive keeps ${retentionDays} days, so its first event is of ${isoTime(keptFromMs)}; --from is before that.`,
    );
  }
}

async function follow(archive: Archive, name: string, order: ReplayOrder, terminal: Terminal): Promise<void> {
  for (;;) {
    const { state, replayedToMs, reason } = await archive.progress(name);
    if (state === "done") return terminal.say("Everything was sent again.");
    if (state === "failed")
      throw new Error(`The replay ${name} ended early: ${reason ?? "no reason was given"}.`);
    if (replayedToMs !== undefined) {
      const part = (replayedToMs - order.fromMs) / (order.toMs - order.fromMs);
      terminal.progress(
        `${Math.round(Math.min(1, Math.max(0, part)) * 100)} %, up to ${isoTime(replayedToMs)}`,
      );
    }
    await pause(order.lookEveryMs ?? 5_000);
  }
}
