import { Link } from "react-router";
import type { VectorView } from "../../../../shared/anomalies/schemas.ts";
import { withQuery } from "../../lib/api.ts";
import { seriesName } from "../../lib/labels.ts";

const columns = 120;
/** Deviations from which a cell is tinted at all, and at which it is as strong as it gets. */
const ordinary = 1.5;
const strongest = 8;

/** A row per metric, a column per stretch of time: the darker, the further off. The share says whose the moment now is. */
export function Heat({ view: { metrics, timesMs } }: { view: VectorView }) {
  const perColumn = Math.max(1, Math.ceil(timesMs.length / columns));
  const width = Math.ceil(timesMs.length / perColumn);
  return (
    <ol className="heat">
      {metrics.map(({ metric, labels, share, strangeness }) => (
        <li key={`${metric} ${JSON.stringify(labels)}`}>
          <Link className="mono truncate" to={withQuery("/metrics", { name: metric })} title={metric}>
            {metric}
            {Object.keys(labels).length > 0 && <span className="quiet"> {seriesName(labels, [labels])}</span>}
          </Link>
          <svg
            viewBox={`0 0 ${width} 1`}
            preserveAspectRatio="none"
            role="img"
            aria-label={`at most ${worst(strangeness)?.toFixed(1) ?? "no"} deviations off`}
          >
            {Array.from({ length: width }, (_, column) => {
              const most = worst(strangeness.slice(column * perColumn, (column + 1) * perColumn));
              return most === null ? null : (
                <rect
                  key={column}
                  className="heat-cell"
                  x={column}
                  width="1"
                  height="1"
                  fillOpacity={Math.min(1, Math.max(0, (most - ordinary) / (strongest - ordinary)))}
                />
              );
            })}
          </svg>
          <span className="num">{Math.round(share * 100)} %</span>
        </li>
      ))}
    </ol>
  );
}

function worst(values: readonly (number | null)[]): number | null {
  const known = values.filter((value) => value !== null);
  return known.length === 0 ? null : Math.max(...known.map(Math.abs));
}
