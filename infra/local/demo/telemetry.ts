import { OTLPMetricExporter } from "@opentelemetry/exporter-metrics-otlp-proto";
import { resourceFromAttributes } from "@opentelemetry/resources";
import { MeterProvider, PeriodicExportingMetricReader } from "@opentelemetry/sdk-metrics";
import { type Call, type Service, services } from "./shop.ts";

const everyMs = 5_000;
const boundariesS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

export interface ShopTelemetry {
  /** As the service that answered measured it and, where another asked, as that one did. */
  record(call: Call): void;
  /** Sends what is left. */
  stop(): Promise<void>;
}

/** Each service reports for itself, as it would from its own process: OpenTelemetry over OTLP. */
export function openTelemetry({ url, ingestKey }: { url: string; ingestKey: string }): ShopTelemetry {
  const meters = new Map(services.map((service) => [service, openService(service, url, ingestKey)]));
  return {
    record(call) {
      meters.get(call.service)?.answered(call);
      if (call.caller !== null) meters.get(call.caller)?.asked(call);
    },
    async stop() {
      await Promise.all([...meters.values()].map((meter) => meter.stop()));
    },
  };
}

function openService(service: Service, url: string, ingestKey: string) {
  const exporter = new OTLPMetricExporter({
    url: `${url}/v1/metrics`,
    headers: { authorization: `Bearer ${ingestKey}` },
  });
  const provider = new MeterProvider({
    resource: resourceFromAttributes({
      "service.name": service,
      "service.namespace": "shop",
      "deployment.environment.name": "demo",
    }),
    readers: [new PeriodicExportingMetricReader({ exporter, exportIntervalMillis: everyMs })],
  });
  const meter = provider.getMeter("shop");
  const duration = meter.createHistogram("http.server.request.duration", {
    unit: "s",
    description: "How long an answer took",
    advice: { explicitBucketBoundaries: boundariesS },
  });
  const outgoing = meter.createHistogram("http.client.request.duration", {
    unit: "s",
    description: "How long another service took to answer",
    advice: { explicitBucketBoundaries: boundariesS },
  });
  const requests = meter.createCounter("shop.requests", {
    unit: "{request}",
    description: "Requests answered",
  });
  const failures = meter.createCounter("shop.requests.failed", {
    unit: "{request}",
    description: "Requests answered with an error of our own",
  });
  // A series that starts at zero shows its first failure as a rise.
  failures.add(0);
  return {
    answered({ route, durationS, failed }: Call) {
      duration.record(durationS, { "http.route": route });
      requests.add(1);
      if (failed) failures.add(1);
    },
    asked({ service: peer, durationS }: Call) {
      outgoing.record(durationS, { "peer.service": peer });
    },
    stop: () => provider.shutdown().catch(() => undefined),
  };
}
