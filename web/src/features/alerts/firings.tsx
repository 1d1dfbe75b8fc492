import type { BacktestResult } from "../../../../shared/alerts/schemas.ts";
import { Labels, SeverityMark } from "../../components/marks.tsx";
import { Time } from "../../components/time.tsx";
import { Value } from "../../components/value.tsx";
import { roughDuration } from "../../lib/duration.ts";

/** Each time the rule would have fired; `peak` names the extreme of it. */
export function Firings({
  result,
  peak,
  unit,
}: {
  result: BacktestResult;
  peak: string;
  unit: string | null;
}) {
  return (
    <div className="firings">
      <table className="table">
        <thead>
          <tr>
            <th scope="col">Severity</th>
            <th scope="col">From</th>
            <th scope="col">For</th>
            <th scope="col" className="num">
              {peak}
            </th>
            <th scope="col">Series</th>
          </tr>
        </thead>
        <tbody>
          {result.firings.map((firing) => (
            <tr key={`${firing.startedMs} ${JSON.stringify(firing.labels)}`}>
              <td>
                <SeverityMark severity={firing.severity} />
              </td>
              <td>
                <Time at={firing.startedMs} as="local" />
              </td>
              <td>
                {roughDuration((firing.endedMs ?? result.toMs) - firing.startedMs)}
                {firing.endedMs === null && " so far"}
              </td>
              <td className="num">
                <Value value={firing.peakValue} unit={unit} />
              </td>
              <td>
                <Labels labels={firing.labels} limit={3} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
