/** What AWS would bill for, as its price lists count it. */
export const measures = [
  /** Requests to the HTTP APIs, and what they answered. */
  "apiRequests",
  "apiBytesOut",
  /** Messages over WebSockets, to and fro, by 32 KB. */
  "webSocketMessages",
  "invocations",
  /** From a function's event to its answer. */
  "runMs",
  /** Of that, how long its thread worked rather than waited. */
  "workMs",
  "logBytes",
  /** Events put on the bus, by 64 KB, and their bytes. */
  "busEvents",
  "busBytes",
  /** SQS requests, payloads counted by 64 KB. */
  "queueRequests",
  "tableWrites",
  "tableReads",
  /** Bytes that tables keep, times the days until they expire; 30 where they stay. */
  "tableByteDays",
  "smsAndEmail",
] as const;
export type Measure = (typeof measures)[number];

export interface Reading {
  measure: Measure;
  /** The function, queue, table or event type. */
  of: string;
  amount: number;
}

/** Adds up what was used. */
export class Meter {
  readonly #readings = new Map<string, Reading>();

  add(measure: Measure, of: string, amount: number): void {
    const key = `${measure} ${of}`;
    const reading = this.#readings.get(key);
    if (reading) reading.amount += amount;
    else this.#readings.set(key, { measure, of, amount });
  }

  readings(): Reading[] {
    return [...this.#readings.values()].map((reading) => ({ ...reading }));
  }
}

/** How many units of `size` a payload takes; an empty one takes one. */
export function unitsOf(bytes: number, size: number): number {
  return Math.max(1, Math.ceil(bytes / size));
}
