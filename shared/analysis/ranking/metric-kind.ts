/** What a metric means, recognised from its own name and unit. */
export interface MetricKind {
  signal: "latency" | "availability" | "errors" | "traffic" | "cpu" | "memory" | "io" | "other";
  /** Where a call was timed: at the caller's end or at the callee's. */
  side: "client" | "server" | undefined;
  /** Measured on the host, so shared by all that runs there. */
  host: boolean;
  /** Which part of a distribution, 0 to 1; undefined for means and plain values. */
  share: number | undefined;
}

const signals: [MetricKind["signal"], RegExp][] = [
  ["errors", /error|fail|exception|fault|5xx|4xx|reject|timeout/],
  ["availability", /availab|success|uptime/],
  ["latency", /latenc|duration|response_?time|delay|elapsed|rtt/],
  ["cpu", /cpu|processor|load_?avg|throttl/],
  ["memory", /mem|heap|rss|gc_/],
  ["io", /disk|network|net_|socket|syscall|bytes|iops|fs_|file|read|write|receive|transmit/],
  ["traffic", /request|calls|rate|throughput|qps|rps|count|workload|hits|sum$/],
];
const timeUnits = new Set(["s", "ms", "us", "µs", "ns", "seconds", "milliseconds"]);

export function metricKind(metric: string, unit: string): MetricKind {
  const name = metric.toLowerCase();
  const percentile = /p(\d{2,3})(?!\d)/.exec(name)?.[1];
  const side = /client/.test(name) ? "client" : /server/.test(name) ? "server" : undefined;
  const signal =
    signals.find(([, pattern]) => pattern.test(name))?.[0] ??
    (timeUnits.has(unit.toLowerCase()) ? "latency" : "other");
  return {
    signal,
    side,
    host: /^(node|host|machine)[_.-]/.test(name),
    share: percentile ? Number(`0.${percentile}`) : undefined,
  };
}
