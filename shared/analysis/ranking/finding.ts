/** One piece of evidence against one service. */
export interface Finding {
  service: string;
  kind: FindingKind;
  /** 0 to 1, counted from what is usual for this very series, operation or pattern. */
  strength: number;
  /** The metric that shows it. */
  metric?: string | undefined;
  /** Epoch seconds. */
  changedAt?: number | undefined;
  /** A sentence for people; numbers with units. */
  why: string;
}

/** What a strength of 1 is worth. Half as much again of any of them costs the benchmark 0.04 of recall at most. */
export const weights = {
  /** Seconds waited or calls failed that nothing further down accounts for. */
  excess: 1.2,
  /** Its own processor; a cause more often than a consequence. */
  cpu: 1,
  memory: 0.9,
  /** Time lost between it and its callers. */
  gap: 1,
  /** Lines of failure it did not write before. */
  failingLines: 1,
  stoppedLines: 0.7,
  /** Its own work in traces. */
  ownTime: 0.5,
  /** Calls it should have made and did not. */
  lostCalls: 0.5,
  failingCalls: 0.4,
  /** Its own latency beyond its callees', where waiting cannot be added up. */
  latency: 0.5,
  /** Any other change. */
  other: 0.3,
  /** The strongest change of all, where no graph says who could have passed it on. */
  strongest: 1,
} as const;

export type FindingKind = keyof typeof weights;
export type Weights = Readonly<Record<FindingKind, number>>;

/** Evidence weaker than this is noise and not worth a sentence. */
export const leastStrength = 0.03;
