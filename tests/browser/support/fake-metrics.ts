import { type FakeMetric, noise, wander } from "./fake-series.ts";

const minuteMs = 60_000;
const host = { "host.name": "ada-laptop", "service.name": "host" };
/** When the payments provider began to fail in this world, before now. */
export const failingForMs = 38 * minuteMs;

const services = ["catalog", "cart", "checkout", "payments", "search", "shipping"];
const cores = ["0", "1", "2", "3"];
const states = { user: 0.21, system: 0.07, iowait: 0.02, idle: 0.7 };

/** How strongly the failure is felt, 0 … 1. */
function failure(ms: number, nowMs: number): number {
  const sinceMs = ms - (nowMs - failingForMs);
  return sinceMs < 0 ? 0 : Math.min(1, sinceMs / (4 * minuteMs));
}

const dayWave = (ms: number) => Math.sin(((ms % 864e5) / 864e5) * 2 * Math.PI - 2.1);

export const fakeMetrics: FakeMetric[] = [
  {
    name: "system.cpu.utilization",
    type: "gauge",
    unit: "1",
    monotonic: false,
    series: cores.flatMap((core) =>
      Object.keys(states).map((state) => ({
        ...host,
        "system.cpu.logical_number": core,
        "system.cpu.state": state,
      })),
    ),
    at: (labels, ms) => {
      const core = labels["system.cpu.logical_number"] ?? "";
      const busy = Math.min(
        0.96,
        Math.max(
          0.04,
          0.3 +
            0.12 * dayWave(ms) +
            0.16 * wander(`cpu${core}`, ms, 9 * minuteMs) +
            0.06 * wander(core, ms, 40_000),
        ),
      );
      const spike = wander("build", ms, 47 * minuteMs) > 0.62 ? 0.45 : 0;
      const used = Math.min(0.98, busy + spike);
      const state = labels["system.cpu.state"] as keyof typeof states;
      return state === "idle" ? 1 - used : (used * states[state]) / 0.3;
    },
  },
  {
    name: "system.memory.utilization",
    type: "gauge",
    unit: "1",
    monotonic: false,
    series: ["used", "free", "cached"].map((state) => ({ ...host, "system.memory.state": state })),
    at: ({ "system.memory.state": state }, ms) => {
      const used = 0.58 + 0.06 * wander("mem", ms, 55 * minuteMs) + 0.01 * wander("mem2", ms, minuteMs);
      return state === "used" ? used : state === "free" ? (1 - used) * 0.4 : (1 - used) * 0.6;
    },
  },
  {
    name: "system.memory.usage",
    type: "gauge",
    unit: "By",
    monotonic: false,
    series: ["used", "free", "cached"].map((state) => ({ ...host, "system.memory.state": state })),
    at: (_, ms) => 9.4e9 + 1e9 * wander("usage", ms, 55 * minuteMs),
  },
  {
    name: "system.network.io",
    type: "sum",
    unit: "By",
    monotonic: true,
    series: ["receive", "transmit"].map((direction) => ({
      ...host,
      "network.io.direction": direction,
      device: "eth0",
    })),
    at: ({ "network.io.direction": direction }, ms) =>
      Math.max(
        2e3,
        (direction === "receive" ? 4.2e5 : 9e4) * (1 + wander(`net${direction}`, ms, 4 * minuteMs)),
      ),
  },
  {
    name: "system.network.errors",
    type: "sum",
    unit: "{error}",
    monotonic: true,
    series: ["receive", "transmit"].map((direction) => ({
      ...host,
      "network.io.direction": direction,
      device: "eth0",
    })),
    at: () => 0,
  },
  {
    name: "process.memory.usage",
    type: "gauge",
    unit: "By",
    monotonic: false,
    series: [host],
    at: (_, ms) => 1.84e8 + 3e7 * ((ms / 864e5) % 1) + 4e6 * wander("heap", ms, 3 * minuteMs),
  },
  {
    name: "http.server.request.duration",
    type: "histogram",
    unit: "s",
    monotonic: false,
    series: services.flatMap((service) =>
      ["eu-1", "us-1"].map((region) => ({ "service.name": service, region, env: "prod" })),
    ),
    at: ({ "service.name": service = "", region = "" }, ms, nowMs) => {
      const base =
        { catalog: 0.06, cart: 0.09, checkout: 0.21, payments: 0.26, search: 0.12, shipping: 0.08 }[
          service
        ] ?? 0.1;
      const hurt =
        service === "payments" ? 1.9 : service === "checkout" ? 1.35 : service === "cart" ? 0.1 : 0;
      const calm = base * (1 + 0.18 * dayWave(ms) + 0.22 * wander(service + region, ms, 3 * minuteMs));
      return calm + hurt * failure(ms, nowMs) * (1 + 0.25 * wander(`hurt${service}`, ms, 2 * minuteMs));
    },
  },
  {
    name: "http.server.requests",
    type: "sum",
    unit: "{request}",
    monotonic: true,
    series: services.map((service) => ({ "service.name": service, env: "prod" })),
    at: ({ "service.name": service = "" }, ms) =>
      (noise(service) * 20 + 48) * (1 + 0.35 * dayWave(ms) + 0.1 * wander(service, ms, 2 * minuteMs)),
  },
  {
    name: "shop.payments.errors",
    type: "sum",
    unit: "{error}",
    monotonic: true,
    series: ["card", "wallet"].map((method) => ({ "service.name": "payments", method, env: "prod" })),
    at: ({ method = "" }, ms, nowMs) => {
      const share = method === "card" ? 9 : 2;
      return Math.max(0, 0.08 + 0.08 * noise(method, Math.round(ms / 30_000)) + share * failure(ms, nowMs));
    },
  },
  {
    name: "db.client.connection.count",
    type: "gauge",
    unit: "{connection}",
    monotonic: false,
    series: services.slice(0, 4).map((service) => ({ "service.name": service, pool: "main" })),
    at: ({ "service.name": service = "" }, ms) => Math.round(14 + 8 * wander(service, ms, 6 * minuteMs)),
  },
  {
    name: "system.filesystem.utilization",
    type: "gauge",
    unit: "1",
    monotonic: false,
    series: ["/", "/var/lib"].map((mountpoint) => ({ ...host, "system.filesystem.mountpoint": mountpoint })),
    at: ({ "system.filesystem.mountpoint": mountpoint }, ms, nowMs) =>
      mountpoint === "/"
        ? 0.41 + 0.004 * wander("disk", ms, 300 * minuteMs)
        : Math.max(0.3, 0.93 - (0.024 * (nowMs - ms)) / 864e5 + 0.012 * dayWave(ms)),
  },
  {
    name: "messaging.queue.depth",
    type: "gauge",
    unit: "{message}",
    monotonic: false,
    series: ["orders", "mail", "thumbnails"].map((queue) => ({ queue })),
    at: ({ queue = "" }, ms) => Math.max(0, Math.round(60 + 90 * wander(queue, ms, 18 * minuteMs))),
  },
];
