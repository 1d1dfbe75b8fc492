/** What is known of one function; null where it was not measured or there was nothing to measure. */
export interface FunctionNumbers {
  name: string;
  /** Records in the last quarter of an hour. */
  handled: number;
  failed: number;
  waiting: number | null;
  oldestS: number | null;
  parked: number | null;
  p95Ms: number | null;
  /** Steps of the last hours, for the chart. */
  p95s: readonly (number | null)[];
}

export type HealthState = "parked" | "failing" | "backlog" | "unsteady" | "working" | "quiet";

/** As the alarm: a message may wait so long before somebody is told. */
const longestWaitS = 300;
/** Above this share of failures a function fails; below, some of its work does. */
const failingShare = 0.05;

export function errorRate({ handled, failed }: Pick<FunctionNumbers, "handled" | "failed">): number | null {
  return handled + failed === 0 ? null : failed / (handled + failed);
}

/** The gravest that is true of it: work given up on needs a person, failures may pass, a backlog may be worked off. */
export function judge(numbers: FunctionNumbers): HealthState {
  const rate = errorRate(numbers) ?? 0;
  if ((numbers.parked ?? 0) > 0) return "parked";
  if (rate >= failingShare) return "failing";
  if ((numbers.oldestS ?? 0) > longestWaitS) return "backlog";
  if (rate > 0) return "unsteady";
  return numbers.handled > 0 ? "working" : "quiet";
}

const order: readonly HealthState[] = ["parked", "failing", "backlog", "unsteady", "working", "quiet"];

export function isTrouble(state: HealthState): boolean {
  return state === "parked" || state === "failing" || state === "backlog";
}

/** The gravest first, and by name among equals. */
export function gravestFirst(a: FunctionNumbers, b: FunctionNumbers): number {
  return order.indexOf(judge(a)) - order.indexOf(judge(b)) || a.name.localeCompare(b.name);
}
