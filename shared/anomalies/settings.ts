/**
 * The one configuration of the detector. Every series of every tenant runs on these numbers; docs/anomaly-detection.md
 * says where they come from. Memories are in points, features in −log10 of their rarity.
 */
export const settings = {
  /** The level follows the series over this many points. */
  levelMemory: 500,
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
  varianceWindow: 10,
  /** The tails: the quantile that is followed, and what is believed before a series has shown its own. */
  tailQuantile: 0.98,
  tailMemory: 6000,
  priorThreshold: 2.2,
  priorLogExcess: 0.19,
  priorWeight: 10,
  leastExponent: 0.3,
  mostExponent: 1.6,
  mostLogExcess: 1.5,
  /** A point rarer than this teaches the scales only a part of what a quiet one does. */
  quietRarity: 3.5,
  loudWeight: 0.25,
  /** It teaches the tails this part, and less the more such points came shortly before: an event counts about once. */
  loudTailWeight: 0.3,
  loudCrowding: 0.2,
  loudFade: 0.96,
  /** A record counts only when another feature finds the point at least this rare, and the more the rarer it is. */
  recordRarity: 2,
  recordPower: 2.5,
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
] as const;
export type Feature = (typeof features)[number];

/** At this strength a feature alone raises an alarm. */
export const alarmAt: Record<Feature, number> = {
  up: 6,
  down: 6,
  "short-level": 5.5,
  level: 10,
  "long-level": 3.4,
  variance: 5.8,
  flatline: 5.8,
  "record-high": 0.06,
  "record-low": 0.06,
};

export const decision = {
  /** Weight of what several features say together over what the loudest says alone. */
  agreement: 0.9,
  /** What a tenfold interval adds to a rarity: rare means rare in time, not only among points. */
  intervalLean: 0.38,
  /** After the last loud point an event stays open this long, or this many intervals; an open event alarms once. */
  quietMs: 9 * 3_600_000,
  quietIntervals: 100,
  /** ... and again only when it grows to this multiple of its peak. */
  escalation: 4.6,
  /** Each alarm raises the series' own threshold by this part; the rise fades over habitMs. */
  habit: 0.05,
  habitMs: 1.3 * 86_400_000,
  /** A score of this many is an alarm at each sensitivity. */
  thresholds: { low: 5, medium: 4, high: 3.4 },
} as const;

/** The root mean square of the metrics' strangeness at which a service alarms, and what one metric can add at most. */
export const vectorAlarmAt = 6.45;
export const mostStrangeness = 20;

export type Sensitivity = keyof typeof decision.thresholds;
