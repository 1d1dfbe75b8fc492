export const seriesCount = 1_000;
export const intervalMs = 15_000;

const hosts = 20;
const metricsPerHost = seriesCount / hosts;

/**
 * One batch of 1,000 points, one of each series: twenty hosts with fifty gauges, in OTLP's JSON, which is the
 * costlier of its two forms to read.
 */
export function batchAt(timeMs: number, round: number): string {
  const timeUnixNano = `${timeMs}000000`;
  const resourceMetrics = Array.from({ length: hosts }, (_, host) => ({
    resource: {
      attributes: [text("service.name", "cost"), text("host.name", `host-${String(host).padStart(2, "0")}`)],
    },
    scopeMetrics: [
      {
        scope: { name: "cost" },
        metrics: Array.from({ length: metricsPerHost }, (_, metric) => ({
          name: `cost.metric.${metric}`,
          unit: "1",
          gauge: { dataPoints: [{ timeUnixNano, asDouble: gaugeAt(host, metric, round), attributes: [] }] },
        })),
      },
    ],
  }));
  return JSON.stringify({ resourceMetrics });
}

/** A slow wave with two decimals, as a load or a temperature reads; half of the gauges hold still for a while. */
function gaugeAt(host: number, metric: number, round: number): number {
  const step = metric % 2 === 0 ? round : Math.floor(round / 20);
  const wave = Math.sin((step + host * 7 + metric * 3) / 40);
  const grain = ((step * 7919 + host * 104_729 + metric * 1_299_709) % 100) / 100;
  return Math.round((50 + 40 * wave + 5 * grain) * 100) / 100;
}

function text(key: string, stringValue: string) {
  return { key, value: { stringValue } };
}
