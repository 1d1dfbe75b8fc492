/**
 * The one configuration of the detector. Every series of every tenant runs on these numbers; docs/anomaly-detection.md
 * says where they come from. Memories are in points, features in −log10 of their rarity.
 */
export const settings = {
  /** The level follows the series over this many points. */
  levelMemory: 1000,
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
  /** No scale is smaller than this part of the range seen. */
  scaleFloor: 0.01,
  /** Windows of the moving means and of the moving variance, in points. */
  shortWindow: 6,
  middleWindow: 24,
  longWindow: 96,
  varianceWindow: 16,
  /** Peaks over threshold: the quantile that is followed, and what is believed before a series has shown its own tail. */
  tailQuantile: 0.98,
  tailMemory: 6000,
  priorThreshold: 2.2,
  priorExcess: 0.45,
  priorWeight: 10,
  leastShape: 0.03,
  mostShape: 0.4,
  excessClip: 15,
  /** A point rarer than this teaches the tails and scales only a part of what a quiet one does. */
  quietRarity: 3.5,
  loudWeight: 0.25,
  /** A record counts only when another feature finds the point at least this rare. */
  recordRarity: 2,
} as const;

/** What each feature speaks about; the order is that of the feature vector. */
export const features = ["up", "down", "short-level", "level", "long-level", "variance", "flatline", "record-high", "record-low"] as const;
export type Feature = (typeof features)[number];

/** At this strength a feature alone raises an alarm. */
export const alarmAt: Record<Feature, number> = {
  up: 4.3,
  down: 4.3,
  "short-level": 4.2,
  level: 5,
  "long-level": 3.6,
  variance: 4,
  flatline: 5.4,
  "record-high": 0.06,
  "record-low": 0.06,
};

export const decision = {
  /** Weight of what several features say together over what the loudest says alone. */
  agreement: 0.2,
  /** After the last loud point an event stays open this long; an open event alarms once. */
  quietMs: 5 * 3_600_000,
  /** ... and again only when it grows to this multiple of its peak. */
  escalation: 4,
  /** A score of this many is an alarm at each sensitivity. */
  thresholds: { low: 5, medium: 4, high: 3.4 },
} as const;
export type Sensitivity = keyof typeof decision.thresholds;
