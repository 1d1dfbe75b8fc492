/** The inside of the thread that watches this machine. */
import { statfs } from "node:fs/promises";
import { hostname, loadavg } from "node:os";
import { parse } from "node:path";
import { parentPort, workerData } from "node:worker_threads";
import type { Meter } from "@opentelemetry/api";
import { OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-proto";
import { HostMetrics } from "@opentelemetry/host-metrics";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import type { WatchSettings } from "./watch-host.ts";

const everyMs = 5_000;
const rootFolder = parse(process.cwd()).root;
const { url, ingestKey } = workerData as WatchSettings;

const reader = new PeriodicExportingMetricReader({
  exporter: new OTLPMetricExporter({
    url: `${url}/v1/metrics`,
    headers: { authorization: `Bearer ${ingestKey}` },
  }),
  exportIntervalMillis: everyMs,
  exportTimeoutMillis: everyMs,
});
const provider = new MeterProvider({
  resource: resourceFromAttributes({ "service.name": "this-machine", "host.name": hostname() }),
  readers: [reader],
});
new HostMetrics({ meterProvider: provider }).start();
watchLoad(provider.getMeter("sentinelops.host"));
watchDisk(provider.getMeter("sentinelops.host"));
// The first values are on screen with the dashboard, not after the first interval.
await provider.forceFlush().catch(() => undefined);

parentPort?.once("message", async () => {
  await provider.shutdown().catch(() => undefined);
  process.exit(0);
});

function watchLoad(meter: Meter): void {
  ["1m", "5m", "15m"].forEach((span, i) => {
    meter
      .createObservableGauge(`system.cpu.load_average.${span}`, {
        unit: "{thread}",
        description: `Threads running or waiting, averaged over ${span}`,
      })
      .addCallback((result) => result.observe(loadavg()[i] ?? 0));
  });
}

function watchDisk(meter: Meter): void {
  const usage = meter.createObservableGauge("system.filesystem.usage", {
    unit: "By",
    description: "Space of the file system, by state",
  });
  const utilization = meter.createObservableGauge("system.filesystem.utilization", {
    unit: "1",
    description: "Part of the file system in use, 0 to 1",
  });
  meter.addBatchObservableCallback(
    async (result) => {
      const { bsize, blocks, bfree, bavail } = await statfs(rootFolder);
      const states = { used: blocks - bfree, free: bavail, reserved: bfree - bavail };
      for (const [state, count] of Object.entries(states)) {
        result.observe(usage, count * bsize, {
          "system.filesystem.mountpoint": rootFolder,
          "system.filesystem.state": state,
        });
      }
      result.observe(utilization, states.used / Math.max(1, states.used + states.free), {
        "system.filesystem.mountpoint": rootFolder,
      });
    },
    [usage, utilization],
  );
}
