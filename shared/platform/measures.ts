/** What one invocation of a function came to. */
export interface Measures {
  /** Records done with. */
  handled: number;
  /** Records that failed: handed back to their queue, or answered 5xx. */
  failed: number;
  durationMs: number;
  coldStart: boolean;
}

/** The namespace of our own metrics in CloudWatch. */
export const ownNamespace = "SentinelOps";
/**
 * The measures as members of a log line in CloudWatch's embedded metric format (after AWS's page "Specification:
 * Embedded metric format"): CloudWatch makes metrics, by function, of what `_aws` declares. It bills a metric for
 * each hour in which it is sent, so only failures are declared, and only where there are any: invocations,
 * durations and crashes Lambda measures itself, free. The laptop reads all members of the same line, and so can
 * a query over the log.
 */
export function toEmbedded(measures: Measures, atMs: number): Record<string, unknown> {
  const { handled, failed, durationMs, coldStart } = measures;
  const members = { handled, failed, durationMs, coldStart: coldStart ? 1 : 0 };
  if (failed === 0) return members;
  const Metrics = [{ Name: "failed", Unit: "Count" }];
  const directive = { Namespace: ownNamespace, Dimensions: [["function"]], Metrics };
  return { _aws: { Timestamp: atMs, CloudWatchMetrics: [directive] }, ...members };
}

/** The measures in a parsed line of the log; undefined for every other line. */
export function fromEmbedded(line: Readonly<Record<string, unknown>>): Measures | undefined {
  const { level, handled, failed, durationMs, coldStart } = line;
  if (level !== "measure") return undefined;
  if (typeof handled !== "number" || typeof failed !== "number" || typeof durationMs !== "number")
    return undefined;
  return { handled, failed, durationMs, coldStart: coldStart === 1 };
}
