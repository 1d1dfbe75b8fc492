/** Our own health as metrics in the installation's first tenant, each by `function`. */
export const healthMetrics = {
  /** Records done with since the point before. */
  handled: "sentinelops.function.handled",
  failed: "sentinelops.function.failed",
  coldStarts: "sentinelops.function.cold_starts",
  /** Of the invocations since the point before, ms. */
  durationP95: "sentinelops.function.duration.p95",
  waiting: "sentinelops.queue.waiting",
  /** Of the oldest message that waits, s. */
  oldestAge: "sentinelops.queue.oldest_age",
  /** In the dead-letter queue. */
  parked: "sentinelops.queue.parked",
} as const;
export type HealthMetric = keyof typeof healthMetrics;
