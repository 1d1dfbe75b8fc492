import { Time } from "../../components/time.tsx";
import { roughDuration } from "../../lib/duration.ts";
import { formatQuantity } from "../../lib/quantity.ts";
import type { ForecastGroup } from "./forecast-lines.ts";

interface OutlookProps {
  group: ForecastGroup;
  limit: number | null;
  unit: string | null;
  horizonMs: number;
}

/** Where a group is heading, in a sentence. */
export function Outlook({ group, limit, unit, horizonMs }: OutlookProps) {
  const { refused, reachesLimit, timesMs, values, low, high } = group;
  if (refused !== null) return <>No forecast: {refused}</>;
  if (limit === null) {
    const at = values.length - 1;
    return (
      <>
        Probably {formatQuantity(values[at], unit)} on <Time at={timesMs[at] ?? 0} as="local" />, between{" "}
        {formatQuantity(low[at], unit)} and {formatQuantity(high[at], unit)}.
      </>
    );
  }
  const { probablyAt, earliestAt } = reachesLimit;
  const wanted = formatQuantity(limit, unit);
  if (probablyAt !== null) {
    return (
      <>
        Reaches {wanted} probably on{" "}
        <b>
          <Time at={probablyAt} as="local" />
        </b>
        {earliestAt !== null && (
          <>
            , at the earliest on <Time at={earliestAt} as="local" />
          </>
        )}
        .
      </>
    );
  }
  if (earliestAt !== null) {
    return (
      <>
        Probably does not reach {wanted} within {roughDuration(horizonMs)}; at the earliest on{" "}
        <Time at={earliestAt} as="local" />.
      </>
    );
  }
  return (
    <>
      Will not reach {wanted} within {roughDuration(horizonMs)}.
    </>
  );
}

/** What the forecast was made from, for those who ask how it can know. */
export function forecastBasis({ method, periodsMs, history }: ForecastGroup, level: number): string {
  const fromMs = history.timesMs[0];
  const toMs = history.timesMs.at(-1);
  const learnt =
    fromMs === undefined || toMs === undefined ? "" : `Learnt from ${roughDuration(toMs - fromMs)}`;
  const rhythm =
    method === "seasonal"
      ? `, with its rhythm of ${periodsMs.map(roughDuration).join(" and ")}`
      : ", which shows no rhythm";
  const sure = `${Math.round(level * 10)} of 10 values are to lie in the shaded band`;
  return `${learnt}${rhythm}. ${sure}.`;
}
