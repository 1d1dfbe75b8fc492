/** A deterministic source of numbers in [0, 1), all 53 bits of them. */
function random(seed: number): () => number {
  let state = seed;
  const word = () => {
    state = (state + 0x9e3779b9) | 0;
    const mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    const again = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (again ^ (again >>> 15)) >>> 0;
  };
  return () => (word() * 2 ** 21 + (word() >>> 11)) / 2 ** 53;
}

type Attributes = { key: string; value: { stringValue: string } | { intValue: number } }[];
const text = (key: string, value: string) => ({ key, value: { stringValue: value } });
const whole = (key: string, value: number) => ({ key, value: { intValue: value } });

const startMs = 1_795_100_000_000;
const nanos = (ms: number) => `${ms}000000`;
const routes = ["/", "/cart", "/checkout", "/products/{id}", "/api/orders", "/login"];

/**
 * One export round of a fleet, in OTLP's JSON form: each host reports cpu, memory, disk and network as a host
 * agent does, and the service on it its requests. Fifty series a host: 42 of the machine, 8 of the service
 * (two of them histograms); resource attributes as the SDKs' detectors find them.
 */
export function fleetExport(hosts: number, atMs: number, seed = 7): object {
  const next = random(seed);
  return {
    resourceMetrics: Array.from({ length: hosts }, (_, host) => ({
      resource: { attributes: resourceOf(host) },
      scopeMetrics: [
        { scope: { name: "host-metrics", version: "0.39.0" }, metrics: machine(atMs - host * 37, next) },
        { scope: { name: "http-server", version: "1.2.0" }, metrics: service(atMs - host * 37, next) },
      ],
    })),
  };
}

function resourceOf(host: number): Attributes {
  const service = ["checkout", "cart", "catalog", "payments", "search"][host % 5] ?? "checkout";
  return [
    text("service.name", service),
    text("service.version", "2.14.0"),
    text("service.instance.id", `${service}-7d9f8b6c5-${(host * 7919 + 46656).toString(36)}`),
    text("deployment.environment.name", "production"),
    text("cloud.region", "eu-west-1"),
    text("cloud.availability_zone", `eu-west-1${"abc"[host % 3]}`),
    text("host.name", `ip-10-0-${host % 8}-${(host * 53) % 250}.eu-west-1.compute.internal`),
  ];
}

function machine(atMs: number, next: () => number): object[] {
  const gauge = (name: string, unit: string, dataPoints: object[]) => ({ name, unit, gauge: { dataPoints } });
  const counter = (name: string, unit: string, dataPoints: object[]) => ({
    name,
    unit,
    description: `${name} as the host tells it`,
    sum: { dataPoints, aggregationTemporality: 2, isMonotonic: true },
  });
  const now = (attributes: Attributes, value: object) => ({
    attributes,
    timeUnixNano: nanos(atMs),
    ...value,
  });
  const since = (attributes: Attributes, value: object) => ({
    ...now(attributes, value),
    startTimeUnixNano: nanos(startMs),
  });
  const cpus = ["0", "1", "2", "3"];
  const states = ["user", "system", "idle", "iowait"];
  const perCpu = cpus.flatMap((cpu) => states.map((state) => [text("cpu", cpu), text("state", state)]));
  const io = ["read", "write"].flatMap((direction) =>
    ["nvme0n1", "nvme1n1"].map((device) => [text("device", device), text("direction", direction)]),
  );
  const net = ["receive", "transmit"].flatMap((direction) =>
    ["eth0", "lo"].map((device) => [text("device", device), text("direction", direction)]),
  );
  return [
    counter(
      "system.cpu.time",
      "s",
      perCpu.map((at) => since(at, { asDouble: Math.round(next() * 1e9) / 100 })),
    ),
    gauge(
      "system.cpu.utilization",
      "1",
      states.map((state) => now([text("state", state)], { asDouble: next() })),
    ),
    gauge(
      "system.memory.usage",
      "By",
      ["used", "free", "cached", "buffered"].map((state) =>
        now([text("state", state)], { asInt: String(Math.floor(next() * 4e6) * 4096) }),
      ),
    ),
    counter(
      "system.disk.io",
      "By",
      io.map((at) => since(at, { asInt: String(Math.floor(next() * 1e9) * 512) })),
    ),
    counter(
      "system.disk.operations",
      "{operation}",
      io.map((at) => since(at, { asInt: String(Math.floor(next() * 1e7)) })),
    ),
    counter(
      "system.network.io",
      "By",
      net.map((at) => since(at, { asInt: String(Math.floor(next() * 1e11)) })),
    ),
    counter(
      "system.network.errors",
      "{error}",
      net.map((at) => since(at, { asInt: "0" })),
    ),
    gauge("system.filesystem.utilization", "1", [now([text("mountpoint", "/")], { asDouble: next() })]),
    gauge("system.load.1m", "1", [now([], { asDouble: Math.round(next() * 800) / 100 })]),
  ];
}

function service(atMs: number, next: () => number): object[] {
  const bounds = [0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10];
  const at = (route: string, status: number) => [
    text("http.request.method", "GET"),
    text("http.route", route),
    whole("http.response.status_code", status),
    text("url.scheme", "https"),
    text("network.protocol.version", "1.1"),
  ];
  const time = { timeUnixNano: nanos(atMs), startTimeUnixNano: nanos(startMs) };
  return [
    {
      name: "http.server.requests",
      unit: "{request}",
      sum: {
        aggregationTemporality: 2,
        isMonotonic: true,
        dataPoints: routes.map((route) => ({
          attributes: at(route, 200),
          ...time,
          asInt: String(Math.floor(next() * 1e6)),
        })),
      },
    },
    {
      name: "http.server.request.duration",
      unit: "s",
      histogram: {
        aggregationTemporality: 2,
        dataPoints: routes.slice(0, 2).map((route) => {
          const bucketCounts = [...bounds, 0].map((_, i) =>
            Math.floor(next() * 4_000 * Math.exp(-((i - 4) ** 2) / 4)),
          );
          return {
            attributes: at(route, 200),
            ...time,
            count: String(bucketCounts.reduce((sum, count) => sum + count, 0)),
            sum: next() * 1_000,
            min: next() / 1_000,
            max: 1 + next(),
            bucketCounts: bucketCounts.map(String),
            explicitBounds: bounds,
          };
        }),
      },
    },
  ];
}
