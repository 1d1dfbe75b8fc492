import { resourceFromAttributes } from "@opentelemetry/resources";
import {
  MeterProvider,
  PeriodicExportingMetricReader,
  type PushMetricExporter,
} from "@opentelemetry/sdk-metrics";

/** The real OpenTelemetry SDK over an official exporter, flushed by hand so that each reading is one request. */
export function meter(exporter: PushMetricExporter, service: string, depth: () => number): MeterProvider {
  const provider = new MeterProvider({
    resource: resourceFromAttributes({ "service.name": service }),
    readers: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: 3_600_000 })],
  });
  provider
    .getMeter("shop")
    .createObservableGauge("shop.queue.depth", { unit: "{order}" })
    .addCallback((result) => result.observe(depth()));
  return provider;
}
