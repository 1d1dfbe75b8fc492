import type { Incident } from "../../../../shared/incidents/schemas.ts";
import { useNow } from "../../lib/clock.ts";
import { localTime, utcTime } from "../../lib/time-text.ts";

const dayMs = 86_400_000;
const laneHeight = 7;
const lanesAtMost = 5;

/** The last 24 hours as one strip: each incident a bar from its opening to its resolution. */
export function DayRibbon({ incidents }: { incidents: readonly Incident[] }) {
  const now = useNow();
  const startMs = now - dayMs;
  const bars = lay(incidents, startMs, now);
  const lanes = Math.max(1, ...bars.map((bar) => bar.lane + 1));
  const height = lanes * laneHeight + 5;
  const share = (ms: number) => `${(((ms - startMs) / dayMs) * 100).toFixed(3)}%`;
  const width = (ms: number) => `${Math.max(0.35, (ms / dayMs) * 100).toFixed(3)}%`;
  const hours = everySixHours(startMs, now);
  return (
    <figure className="ribbon">
      <svg
        width="100%"
        height={height}
        role="img"
        aria-label={
          bars.length === 0
            ? "No incident in the last 24 hours"
            : `${bars.length} incidents in the last 24 hours`
        }
      >
        <line x1="0" x2="100%" y1={height - 1} y2={height - 1} className="ribbon-base" />
        {bars.map(({ incident, fromMs, toMs, lane }) => (
          <rect
            key={incident.id}
            className={`ribbon-${incident.severity}`}
            x={share(fromMs)}
            y={height - 5 - (lane + 1) * laneHeight + 2}
            width={width(toMs - fromMs)}
            height={laneHeight - 2}
            rx="1.5"
          >
            <title>{`${incident.severity}: ${incident.title}, opened ${localTime(Date.parse(incident.openedAt))}`}</title>
          </rect>
        ))}
      </svg>
      <figcaption className="ribbon-hours">
        <span>24 h ago</span>
        <svg width="100%" height="16" aria-hidden="true">
          {hours.map((ms) => (
            <text key={ms} x={share(ms)} y="12" textAnchor="middle">
              {new Date(ms).toLocaleTimeString(undefined, {
                hour: "2-digit",
                minute: "2-digit",
                hourCycle: "h23",
              })}
              <title>{utcTime(ms)}</title>
            </text>
          ))}
        </svg>
        <span>now</span>
      </figcaption>
    </figure>
  );
}

/** Bars that would overlap get lanes of their own; the oldest lane is reused first. */
function lay(incidents: readonly Incident[], startMs: number, now: number) {
  const ends: number[] = [];
  return incidents
    .map((incident) => ({
      incident,
      fromMs: Math.max(startMs, Date.parse(incident.openedAt)),
      toMs: incident.resolvedAt ? Date.parse(incident.resolvedAt) : now,
    }))
    .filter((bar) => bar.toMs > startMs)
    .toSorted((a, b) => a.fromMs - b.fromMs)
    .map((bar) => {
      const free = ends.findIndex((endMs) => endMs <= bar.fromMs);
      const lane = free >= 0 ? free : Math.min(ends.length, lanesAtMost - 1);
      ends[lane] = Math.max(bar.toMs, bar.fromMs + dayMs * 0.0035);
      return { ...bar, lane };
    });
}

function everySixHours(startMs: number, now: number): number[] {
  const first = new Date(startMs);
  first.setMinutes(0, 0, 0);
  const hours: number[] = [];
  for (let ms = first.getTime(); ms < now; ms += 3_600_000) {
    const edge = Math.min(ms - startMs, now - ms);
    if (new Date(ms).getHours() % 6 === 0 && edge > dayMs * 0.06) hours.push(ms);
  }
  return hours;
}
