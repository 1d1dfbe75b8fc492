/**
 * The one configuration of the detector. Every series of every tenant runs on these numbers; docs/anomaly-detection.md
 * says where they come from. Memories are in points, features in −log10 of their rarity.
 */
export const settings = {
  /** The level follows the series over this many points. */
  levelMemory: 600,
  /** Scales, the autocorrelation and the moments of the features are means over this many points. */
  scaleMemory: 500,
  /** A day's profile is the mean of about this many days. */
  profileDays: 8,
  /** How much of a profile's correction its two neighbours take, relative to the bin itself. */
  neighbourShare: 0.3,
  /** A seasonal gain below this explains too little to be used. */
  leastGain: 0.3,
  /** Learning ignores what lies further out than this many scales. */
  learnClip: 4,
  /** The part of an innovation that the next forecast believes, in scales: an outlier leaves no echo. */
  believedInnovation: 2.5,
  /** No scale is smaller than this part of the range seen, or of `spread` times the largest residual if that is less. */
  scaleFloor: 0.022,
  spread: 1.2,
  /**
   * When the season is first known the scales restart: they follow as if this many points old, believe this part of
   * the autocorrelation's and of the slower means' scales seen so far, and this many scales as the largest residual.
   */
  restartPace: 100,
  restartTrust: 0.01,
  restartMeans: 0.3,
  restartSpread: 5,
  /** Windows of the moving means and of the moving variance, in points. */
  shortWindow: 6,
  middleWindow: 24,
  longWindow: 96,
  varianceWindow: 10,
  /** The tails: the quantile that is followed, and what is believed before a series has shown its own. */
  tailQuantile: 0.98,
  tailMemory: 9000,
  priorThreshold: 2.2,
  priorLogExcess: 0.19,
  priorWeight: 9.5,
  leastExponent: 0.25,
  mostExponent: 1.4,
  mostLogExcess: 1.5,
  /** ... and an exceedance teaches no more than this many mean log excesses. */
  tailClip: 4.4,
  /** A feature is trusted fully only after many of its windows; half after this many. */
  doubt: 0.5,
  /** A point rarer than this teaches the scales only a part of what a quiet one does. */
  quietRarity: 3.5,
  loudWeight: 0.25,
  /** It teaches the tails this part, and less the more such points came shortly before: an event counts about once. */
  loudTailWeight: 0.3,
  loudCrowding: 0.3,
  loudFade: 0.96,
  /** A record counts only when a feature finds the point this rare, and fully this many times above its quantile. */
  recordRarity: 1.7,
  recordExcess: 3,
} as const;

/** What each feature speaks about; the order is that of the feature vector. */
export const features = [
  "up",
  "down",
  "short-level",
  "level",
  "long-level",
  "variance",
  "flatline",
  "record-high",
  "record-low",
  "missing",
] as const;
export type Feature = (typeof features)[number];

/** At this strength a feature alone raises an alarm. */
export const alarmAt: Record<Feature, number> = {
  up: 6.3,
  down: 6.3,
  "short-level": 8,
  level: 10,
  "long-level": 3.03,
  variance: 7.5,
  flatline: 7.5,
  "record-high": 0.047,
  "record-low": 0.047,
  missing: 12,
};

export const decision = {
  /** After the last loud point an event stays open this long, or this many intervals if that is less. */
  quietMs: 12 * 3_600_000,
  quietIntervals: 100,
  /** An open event alarms again right away only when it grows to this multiple of its peak. */
  escalation: 3.4,
  /** A score of this many is an alarm at each sensitivity. */
  thresholds: { low: 5, medium: 4, high: 3.4 },
} as const;

/** The metrics of a service together. */
export const service = {
  /** The root mean square of the metrics' strangeness at which a service alarms. */
  alarmAt: 6.3,
  /** What one metric can add at most. */
  mostStrangeness: 20,
  /** No metric's scale is smaller than this part of the range it has shown. */
  scaleFloor: 0.01,
  memoryRows: 2,
} as const;

export type Sensitivity = keyof typeof decision.thresholds;
