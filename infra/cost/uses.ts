import type { Measure, Reading } from "../local/metering/meter.ts";
import type { FunctionRow } from "../topology/row.ts";
import type { Use } from "./bill.ts";

const bytesPerGb = 1e9;
/** At this memory a function has one processor to itself; with less it has its share of one. */
const wholeProcessorMb = 1769;
/** START, END and REPORT of an invocation, as Lambda writes them into a traced function's log. */
const platformLogBytes = 500;
/** One line of an API's access log. */
const accessLogBytes = 500;
/** How long logs and archived events are kept when nothing else is chosen, months. */
const keptMonths = 1;
const monthDays = 30;
/** Of the requests for telemetry, and so of their functions' invocations, this part is traced. */
const telemetryTraced = 0.05;

/**
 * What the readings of a runtime come to on AWS. Each copy of a table is whole, so a day of an item's life is paid
 * for once more with each of the `copies` kept.
 */
export function usesOf(
  readings: readonly Reading[],
  { topology, copies }: { topology: readonly FunctionRow[]; copies: ReadonlyMap<string, number> },
): Use[] {
  const amountsOf = (measure: Measure) => readings.filter((reading) => reading.measure === measure);
  const total = (measure: Measure, fits: (of: string) => boolean = () => true) =>
    amountsOf(measure)
      .filter(({ of }) => fits(of))
      .reduce((sum, { amount }) => sum + amount, 0);
  const each = (measure: "queueRequests" | "tableWrites" | "tableReads"): Use[] =>
    amountsOf(measure).map(({ of, amount }) => ({ charge: measure, by: of, quantity: amount }));
  const isRetryable = (name: string) => {
    const trigger = topology.find((row) => row.name === name)?.trigger;
    return trigger?.kind === "http" && trigger.gateway === "retryable";
  };
  const requests = total("apiRequests");
  const invocations = total("invocations");
  const logGb = (total("logBytes") + invocations * platformLogBytes + requests * accessLogBytes) / bytesPerGb;
  const gbDays = total("tableByteDays") / bytesPerGb;
  const copiedGbDays =
    amountsOf("tableByteDays").reduce((sum, { of, amount }) => sum + amount * (copies.get(of) ?? 0), 0) /
    bytesPerGb;
  const isScheduled = (name: string) =>
    topology.some((row) => row.name === name && row.trigger.kind === "schedule");
  const others = total("invocations", (of) => !isRetryable(of) && !isScheduled(of));
  const archiveGb = total("busBytes") / bytesPerGb;
  return [
    { charge: "lambdaRequests", by: "all functions", quantity: invocations },
    ...topology.map(
      (row): Use => ({ charge: "lambdaGbSeconds", by: row.name, quantity: gbSecondsOf(row, readings) }),
    ),
    { charge: "restRequests", by: "telemetry", quantity: total("apiRequests", isRetryable) },
    {
      charge: "httpRequests",
      by: "dashboard and API",
      quantity: total("apiRequests", (of) => !isRetryable(of)),
    },
    { charge: "webSocketMessages", by: "open dashboards", quantity: total("webSocketMessages") },
    { charge: "cloudFrontRequests", by: "requests to the APIs", quantity: requests },
    { charge: "cloudFrontGbOut", by: "answers", quantity: total("apiBytesOut") / bytesPerGb },
    { charge: "busEvents", by: "events published", quantity: total("busEvents") },
    { charge: "archiveGb", by: "events archived", quantity: archiveGb },
    { charge: "archiveGbMonths", by: "archive", quantity: archiveGb * keptMonths },
    ...each("queueRequests"),
    ...each("tableWrites"),
    ...each("tableReads"),
    { charge: "tableGbMonths", by: "tables, until items expire", quantity: gbDays / monthDays },
    { charge: "recoveryGbMonths", by: "any minute of them, for 35 days", quantity: gbDays / monthDays },
    { charge: "backupGbMonths", by: "copies of them, daily or weekly", quantity: copiedGbDays / monthDays },
    { charge: "logGb", by: "logs of functions and APIs", quantity: logGb },
    { charge: "logGbMonths", by: "logs kept", quantity: logGb * keptMonths },
    {
      charge: "traces",
      by: "requests for telemetry traced",
      quantity: total("invocations", isRetryable) * telemetryTraced,
    },
    // One a second is traced always, and what is measured here comes slower.
    { charge: "traces", by: "other invocations traced", quantity: others },
    { charge: "emailsAndTexts", by: "notifications", quantity: total("smsAndEmail") },
  ];
}

/** A function with less than a whole processor works the longer for it; waiting takes no longer. */
function gbSecondsOf({ name, memoryMb }: FunctionRow, readings: readonly Reading[]): number {
  const of = (measure: Measure) =>
    readings.find((reading) => reading.measure === measure && reading.of === name)?.amount ?? 0;
  const slowdown = Math.max(1, wholeProcessorMb / memoryMb);
  const ranMs = of("runMs") + of("workMs") * (slowdown - 1);
  return (ranMs / 1000) * (memoryMb / 1024);
}

/** What was used between two moments. */
export function between(before: readonly Reading[], after: readonly Reading[]): Reading[] {
  const earlier = new Map(before.map(({ measure, of, amount }) => [`${measure} ${of}`, amount]));
  return after.map((reading) => ({
    ...reading,
    amount: reading.amount - (earlier.get(`${reading.measure} ${reading.of}`) ?? 0),
  }));
}
