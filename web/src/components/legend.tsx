import { localTime, utcTime } from "../lib/time-text.ts";
import { withLooks } from "./chart-colors.ts";
import type { ChartSeries } from "./chart-model.ts";
import { Value } from "./value.tsx";

interface LegendProps {
  series: readonly ChartSeries[];
  timesMs: readonly number[];
  unit: string | null;
  /** The step under the cursor; null = show the latest. */
  at: number | null;
  hidden: ReadonlySet<string>;
  onToggle(key: string): void;
  onFocus(key: string | null): void;
}

/** The series of a chart as a table: what each is under the cursor, or latest, and its extent. */
export function Legend({ series, timesMs, unit, at, hidden, onToggle, onFocus }: LegendProps) {
  const atMs = at === null ? undefined : timesMs[at];
  return (
    <div className="legend">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Series</th>
            <th scope="col" className="num" title={atMs === undefined ? undefined : utcTime(atMs)}>
              {atMs === undefined ? "Latest" : localTime(atMs)}
            </th>
            <th scope="col" className="num optional">
              Min
            </th>
            <th scope="col" className="num optional">
              Avg
            </th>
            <th scope="col" className="num">
              Max
            </th>
          </tr>
        </thead>
        <tbody>
          {withLooks(series).map((one) => {
            const { min, max, avg, latest } = extentOf(one.values);
            return (
              <tr key={one.key} onMouseEnter={() => onFocus(one.key)} onMouseLeave={() => onFocus(null)}>
                <td>
                  <button
                    type="button"
                    aria-pressed={!hidden.has(one.key)}
                    title={`${one.name}: show or hide`}
                    onClick={() => onToggle(one.key)}
                    onFocus={() => onFocus(one.key)}
                    onBlur={() => onFocus(null)}
                  >
                    <span className={`swatch swatch-${one.color}${one.dashed ? " swatch-dashed" : ""}`} />
                    <span className="truncate">{one.name}</span>
                  </button>
                </td>
                <td className="num">
                  <Value value={at === null ? latest : one.values[at]} unit={unit} />
                </td>
                <td className="num optional">
                  <Value value={min} unit={unit} />
                </td>
                <td className="num optional">
                  <Value value={avg} unit={unit} />
                </td>
                <td className="num">
                  <Value value={max} unit={unit} />
                </td>
              </tr>
            );
          })}
        </tbody>
      </table>
    </div>
  );
}

function extentOf(values: readonly (number | null)[]) {
  const known = values.filter((value) => value !== null);
  if (known.length === 0) return { min: null, max: null, avg: null, latest: null };
  return {
    min: Math.min(...known),
    max: Math.max(...known),
    avg: known.reduce((sum, value) => sum + value, 0) / known.length,
    latest: known.at(-1) ?? null,
  };
}
