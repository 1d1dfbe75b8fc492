import { ForecastQuery, ForecastResult } from "../../../shared/anomalies/schemas.ts";
import type { FakeRoute } from "./fake-route.ts";
import { queryFake, steps } from "./fake-series.ts";
import { iso } from "./fake-world.ts";

const dayMs = 864e5;
const hourMs = 36e5;

/** Goes on as the last day went, the band ever wider; a metric of connections is said to be too young. */
export const fakeForecastRoutes: FakeRoute[] = [
  {
    key: "GET /api/metrics/forecast",
    answers: ForecastResult,
    serve: (api, { query }): ForecastResult => {
      const asked = ForecastQuery.parse(Object.fromEntries(query));
      const { name, match, aggregate, groupBy, from, horizonMs, limit } = asked;
      const metric = api.metric(name);
      const now = Date.now();
      const stepMs = hourMs;
      const past = queryFake(metric, { name, match, aggregate, groupBy, from, to: "now", stepMs }, now);
      return {
        name,
        unit: metric.unit,
        stepMs,
        level: 0.9,
        limit: limit ?? null,
        truncated: past.groups.length > 10,
        groups: past.groups.slice(0, 10).map(({ labels, values }) => {
          const history = { timesMs: past.timesMs, values: values.map((value) => value ?? 0) };
          const timesMs = steps(now, now + horizonMs, stepMs);
          if (name.startsWith("db.")) {
            const none = { timesMs: [], values: [], low: [], high: [], periodsMs: [] };
            const never = { earliestAt: null, probablyAt: null };
            const refused = "12 values are too few to tell where they are heading; 30 are the least.";
            return { labels, method: "trend", history, ...none, reachesLimit: never, refused };
          }
          const ahead = timesMs.map((_, index) => goOn(history.values, index));
          const room = (index: number) => 0.004 * Math.sqrt(index) * Math.abs(ahead[0] ?? 1);
          const high = ahead.map((value, index) => value + room(index));
          const reached = (all: number[]) => {
            const at = limit === undefined ? undefined : timesMs[all.findIndex((value) => value >= limit)];
            return at === undefined ? null : iso(at);
          };
          return {
            labels,
            method: "seasonal",
            periodsMs: [dayMs],
            history,
            timesMs,
            values: ahead,
            low: ahead.map((value, index) => value - room(index)),
            high,
            reachesLimit: { earliestAt: reached(high), probablyAt: reached(ahead) },
            refused: null,
          };
        }),
      };
    },
  },
];

/** The same hour of the last day, moved on by what the week before it gained. */
function goOn(values: readonly number[], index: number): number {
  const day = 24;
  const week = values.length - 7 * day;
  const gainedADay = ((values.at(-1) ?? 0) - (values[week - 1] ?? 0)) / 7;
  const sameHour = values[values.length - day + (index % day)] ?? 0;
  return sameHour + gainedADay * (1 + Math.floor(index / day));
}
