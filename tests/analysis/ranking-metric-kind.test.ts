import { expect, test } from "@jest/globals";
import { type MetricKind, metricKind } from "../../shared/analysis/ranking/metric-kind.ts";

test.each<[string, string, Partial<MetricKind>]>([
  ["latency_average", "s", { signal: "latency", share: undefined, side: undefined }],
  ["client_latency_p99", "s", { signal: "latency", share: 0.99, side: "client" }],
  ["http_server_request_duration_p50", "ms", { signal: "latency", share: 0.5, side: "server" }],
  ["time_to_first_byte", "ms", { signal: "latency" }],
  ["availability_average", "%", { signal: "availability" }],
  ["success_percent", "%", { signal: "availability" }],
  ["http_5xx_count", "count", { signal: "errors" }],
  ["cpu_millicores", "m", { signal: "cpu", host: false }],
  ["node_cpu_percent", "%", { signal: "cpu", host: true }],
  ["jvm_heap_used", "B", { signal: "memory" }],
  ["disk_read_bytes", "B", { signal: "io" }],
  ["request_rate", "1/s", { signal: "traffic" }],
  ["requests_sum", "count", { signal: "traffic" }],
  ["queue_depth", "", { signal: "other" }],
])("%s in %s is understood", (metric, unit, kind) => {
  expect(metricKind(metric, unit)).toMatchObject(kind);
});
