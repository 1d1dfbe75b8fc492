/** What one request and one point may weigh. A request above its limit is refused whole, a point alone. */
export const limits = {
  /** Bytes of a body, as sent and after gunzip. */
  bodyBytes: 6 * 1024 * 1024,
  /** Levels of arrays and objects in a JSON body. */
  jsonDepth: 128,
  /** Members of one object in a JSON body. */
  jsonMembers: 10_000,
  /** Levels of arrays and maps in an attribute's value. */
  attributeDepth: 16,
  nameBytes: 255,
  unitBytes: 255,
  labels: 64,
  labelKeyBytes: 128,
  labelValueBytes: 1_024,
  /** Buckets of a histogram (each side of an exponential one) and quantiles of a summary. */
  buckets: 1_024,
  /** How far a point's own time may lie from its receipt. */
  pastMs: 24 * 3_600_000,
  futureMs: 10 * 60_000,
} as const;
