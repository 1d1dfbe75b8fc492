import { projectOf } from "../platform/labels/project.ts";
import { type Sample, sampleMs, type WatchedSeries } from "./sample.ts";
import type { WatchedService } from "./watched-service.ts";

/** Series that are saved together: each watched by itself, or all as one service. */
export interface BlockState {
  kind: "metric" | "vector";
  /** The service of a vector. */
  service: WatchedService | null;
  members: WatchedSeries[];
  /** What all follows from, saved now and then: one for each member, or the only one of a vector. */
  bases: (Uint8Array | undefined)[];
  /** What came since then, by member and minute. */
  samples: Map<number, Sample>[];
  /** The minutes up to which samples are part of a member's base. */
  settled: number[];
  dismissals: { member: number; timeMs: number; anomalyId: string }[];
  /** Vectors: the minute of the first sample. */
  startMinute: number | null;
}

const forgottenAfterMs = 7 * 86_400_000;

export function emptyBlock(kind: BlockState["kind"], service: WatchedService | null): BlockState {
  return {
    kind,
    service,
    members: [],
    bases: [],
    samples: [],
    settled: [],
    dismissals: [],
    startMinute: null,
  };
}

/** Whether series of another project are among those a service is watched by. */
export function isMixed({ service, members }: BlockState): boolean {
  return service !== null && members.some(({ labels }) => projectOf(labels) !== service.project);
}

/** The newest minute of any member. */
export function newestMinute({ samples, settled }: BlockState): number {
  let newest = Number.NEGATIVE_INFINITY;
  for (const own of samples) for (const minute of own.keys()) newest = Math.max(newest, minute);
  return Number.isFinite(newest) ? newest : Math.max(newest, ...settled);
}

/** Which members to keep: those that sent something within a week of the newest. */
export function livingMembers(state: BlockState): number[] {
  const horizon = newestMinute(state) - forgottenAfterMs / sampleMs;
  return state.members.flatMap((_, i) => {
    const newest = Math.max(state.settled[i] ?? 0, ...(state.samples[i]?.keys() ?? []));
    return newest > horizon ? [i] : [];
  });
}

/** Keeps the members at these positions, in place. */
export function keepMembers(state: BlockState, kept: readonly number[]): void {
  const pick = <T>(list: readonly T[]) => kept.map((i) => list[i] as T);
  state.dismissals = state.dismissals.flatMap((dismissal) => {
    const at = kept.indexOf(dismissal.member);
    return at < 0 ? [] : [{ ...dismissal, member: at }];
  });
  state.members = pick(state.members);
  state.bases = pick(state.bases);
  state.samples = pick(state.samples);
  state.settled = pick(state.settled);
}
