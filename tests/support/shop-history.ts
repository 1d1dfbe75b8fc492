import { type Call, type Phase, type Service, services, visit } from "../../infra/local/demo/shop.ts";

const boundariesS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];
const exportEveryMs = 5_000;
const visitsAnExport = 50;
const scope = { name: "shop" };

interface Stretch {
  phase: Phase;
  forMs: number;
}

/**
 * What the six services of the demo shop would have sent over OTLP while these stretches went by, the last one
 * ending at `endMs`: one JSON body a service, ten visits a second, the same for the same seed.
 */
export function shopHistory(stretches: readonly Stretch[], endMs: number, seed = 1): object[] {
  const random = randomOf(seed);
  const startMs = endMs - stretches.reduce((sum, { forMs }) => sum + forMs, 0);
  const meters = new Map(services.map((service) => [service, makeMeter(startMs)]));
  let atMs = startMs;
  for (const { phase, forMs } of stretches) {
    for (const untilMs = atMs + forMs; atMs < untilMs; ) {
      atMs += exportEveryMs;
      for (let i = 0; i < visitsAnExport; i++) {
        for (const call of visit(phase, random)) record(call, meters);
      }
      for (const meter of meters.values()) meter.collect(atMs);
    }
  }
  return services.map((service) => bodyOf(service, meters.get(service)));
}

function record(call: Call, meters: ReadonlyMap<Service, ReturnType<typeof makeMeter>>): void {
  const server = meters.get(call.service);
  server?.histogram("http.server.request.duration", { "http.route": call.route }).add(call.durationS);
  server?.counter("shop.requests").add(1);
  server?.counter("shop.requests.failed").add(call.failed ? 1 : 0);
  if (call.caller === null) return;
  meters
    .get(call.caller)
    ?.histogram("http.client.request.duration", { "peer.service": call.service })
    .add(call.durationS);
}

type Attributes = Record<string, string>;

function makeMeter(startMs: number) {
  const kept = new Map<string, ReturnType<typeof makeInstrument>>();
  const instrument = (kind: "sum" | "histogram", name: string, attributes: Attributes) => {
    const key = JSON.stringify([name, attributes]);
    const known = kept.get(key);
    if (known) return known;
    const fresh = makeInstrument(kind, name, attributes, startMs);
    kept.set(key, fresh);
    return fresh;
  };
  return {
    histogram: (name: string, attributes: Attributes) => instrument("histogram", name, attributes),
    counter: (name: string) => instrument("sum", name, {}),
    collect: (atMs: number) => {
      for (const one of kept.values()) one.collect(atMs);
    },
    metrics: () => [...kept.values()].map((one) => one.toOtlp()),
  };
}

function makeInstrument(kind: "sum" | "histogram", name: string, attributes: Attributes, startMs: number) {
  let sum = 0;
  let count = 0;
  const buckets = new Array<number>(boundariesS.length + 1).fill(0);
  const dataPoints: object[] = [];
  return {
    add(value: number) {
      sum += value;
      count++;
      const at = boundariesS.findIndex((bound) => value <= bound);
      const bucket = at < 0 ? boundariesS.length : at;
      buckets[bucket] = (buckets[bucket] ?? 0) + 1;
    },
    collect(atMs: number) {
      const times = { startTimeUnixNano: nanos(startMs), timeUnixNano: nanos(atMs) };
      const labelled = { ...times, attributes: toAttributes(attributes) };
      if (kind === "sum") dataPoints.push({ ...labelled, asDouble: sum });
      else {
        const bucketCounts = buckets.map(String);
        dataPoints.push({
          ...labelled,
          count: String(count),
          sum,
          bucketCounts,
          explicitBounds: boundariesS,
        });
      }
    },
    toOtlp() {
      const cumulative = { aggregationTemporality: 2, dataPoints };
      return kind === "sum"
        ? { name, unit: "{request}", sum: { ...cumulative, isMonotonic: true } }
        : { name, unit: "s", histogram: cumulative };
    },
  };
}

function bodyOf(service: Service, meter: ReturnType<typeof makeMeter> | undefined): object {
  const attributes = toAttributes({ "service.name": service, "service.namespace": "shop" });
  const metrics = meter?.metrics() ?? [];
  return { resourceMetrics: [{ resource: { attributes }, scopeMetrics: [{ scope, metrics }] }] };
}

const nanos = (ms: number) => `${ms}000000`;
const toAttributes = (values: Attributes) =>
  Object.entries(values).map(([key, value]) => ({ key, value: { stringValue: value } }));

/** Mulberry32. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
