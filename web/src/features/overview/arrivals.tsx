import { useQuery } from "@tanstack/react-query";
import type { IngestRate } from "../../../../shared/metrics/schemas.ts";
import { Panel } from "../../components/panel.tsx";
import { Await, SkeletonBlock } from "../../components/states.tsx";
import { api } from "../../lib/api.ts";
import { localTime, utcTime } from "../../lib/time-text.ts";

const barsHeight = 56;

/** What arrives per second, and each minute of the last hour. */
export function Arrivals() {
  const rate = useQuery({
    queryKey: ["ingest", "rate"],
    queryFn: ({ signal }) => api.get<IngestRate>("/api/ingest/rate", {}, signal),
    refetchInterval: 5_000,
  });
  return (
    <Panel title="Arriving now">
      <Await of={rate} skeleton={<SkeletonBlock height={barsHeight + 44} />}>
        {() => rate.data && <Bars rate={rate.data} />}
      </Await>
    </Panel>
  );
}

function Bars({ rate }: { rate: IngestRate }) {
  const top = Math.max(1, ...rate.minutes.map((minute) => minute.points));
  const count = Math.max(60, rate.minutes.length);
  const gap = count - rate.minutes.length;
  const total = rate.minutes.reduce((sum, minute) => sum + minute.points, 0);
  const perSecond = rate.pointsPerSecond.toLocaleString("en", {
    maximumFractionDigits: rate.pointsPerSecond < 10 ? 1 : 0,
  });
  return (
    <>
      <p className="big-number">
        {perSecond}
        <span className="unit">points per second</span>
      </p>
      <svg
        className="bars"
        viewBox={`0 0 ${count * 4} ${barsHeight}`}
        height={barsHeight}
        preserveAspectRatio="none"
        role="img"
        aria-label={`${total.toLocaleString("en")} points in the last hour, by minute`}
      >
        {rate.minutes.map(({ atMs, points }, index) => {
          const size = points === 0 ? 1 : Math.max(2, (points / top) * barsHeight);
          return (
            <rect key={atMs} x={(gap + index) * 4} y={barsHeight - size} width="3" height={size}>
              <title>{`${points.toLocaleString("en")} points in the minute from ${localTime(atMs)} (${utcTime(atMs)})`}</title>
            </rect>
          );
        })}
      </svg>
      <p className="quiet small">{total.toLocaleString("en")} in the last hour</p>
    </>
  );
}
