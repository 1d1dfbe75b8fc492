import type { Aggregate, MetricInfo } from "../../../../shared/metrics/schemas.ts";
import { defaultAggregate } from "../metrics/metric-names.ts";

/** One small chart on the overview. */
export interface KeyMetric {
  title: string;
  name: string;
  match: string;
  aggregate: Aggregate;
  /** Shows `1 − value`: what is in use, from what is idle. */
  inverted: boolean;
}

const wanted: readonly (Partial<KeyMetric> & { title: string; is: RegExp })[] = [
  { title: "Request latency, p95", is: /^http\.server\.(request\.)?duration$/, aggregate: "p95" },
  { title: "Requests", is: /^(http\.server\.requests?|shop\.requests?|.*\.requests?(\.count|_total)?)$/ },
  { title: "Errors", is: /^(?!system\.)(.*\.)?errors?(\.count|_total)?$/ },
  {
    title: "CPU in use",
    is: /^system\.cpu\.utilization$/,
    match: '{system.cpu.state="idle"}',
    aggregate: "avg",
    inverted: true,
  },
  {
    title: "Memory in use",
    is: /^system\.memory\.utilization$/,
    match: '{system.memory.state="used"}',
    aggregate: "avg",
  },
  { title: "Load, 1 min", is: /^system\.(cpu\.)?load(_average)?\.1m$/, aggregate: "avg" },
  { title: "Network", is: /^system\.network\.io$/, aggregate: "rate" },
  { title: "Disk in use", is: /^system\.filesystem\.utilization$/, aggregate: "max" },
  { title: "Disk traffic", is: /^system\.disk\.io$/, aggregate: "rate" },
  { title: "Memory of processes", is: /^process\.memory\.usage$/, aggregate: "sum" },
];

/** Our own health has a page of its own. */
const ownPrefix = "sentinelops.";

/** The telling metrics among those that exist, most telling first; others fill up what is left of `count`. */
export function pickKeyMetrics(metrics: readonly MetricInfo[], count: number): KeyMetric[] {
  const picked: KeyMetric[] = [];
  for (const { is, ...wish } of wanted) {
    const found = metrics.find(
      (metric) => is.test(metric.name) && !picked.some(({ name }) => name === metric.name),
    );
    if (found) picked.push({ ...plainly(found), ...wish });
  }
  const rest = metrics.filter(
    ({ name }) => !picked.some((one) => one.name === name) && !name.startsWith(ownPrefix),
  );
  return [...picked, ...rest.map(plainly)].slice(0, count);
}

function plainly(metric: MetricInfo): KeyMetric {
  return {
    title: metric.name,
    name: metric.name,
    match: "{}",
    aggregate: defaultAggregate(metric),
    inverted: false,
  };
}
