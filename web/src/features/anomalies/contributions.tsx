import { Link } from "react-router";
import type { Contribution } from "../../../../events/anomalies.ts";
import { withQuery } from "../../lib/api.ts";
import { seriesName } from "../../lib/labels.ts";

/** Which metrics make a service unusual, the heaviest first, as shares of the whole. */
export function Contributions({ contributions }: { contributions: readonly Contribution[] }) {
  const top = Math.max(...contributions.map(({ share }) => share), 0.01);
  return (
    <ol className="contributions">
      {contributions.map(({ metric, labels, share }) => (
        <li key={`${metric} ${JSON.stringify(labels)}`}>
          <Link className="mono truncate" to={withQuery("/metrics", { name: metric })}>
            {metric}
            {Object.keys(labels).length > 0 && <span className="quiet"> {seriesName(labels, [labels])}</span>}
          </Link>
          <svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
            <rect className="rarity-track" width="100" height="1" />
            <rect className="rarity-fill" width={(100 * share) / top} height="1" />
          </svg>
          <span className="num">{Math.round(share * 100)} %</span>
        </li>
      ))}
    </ol>
  );
}
