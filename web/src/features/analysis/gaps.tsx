import { Link } from "react-router";
import { Panel } from "../../components/panel.tsx";
import { useAnalysis } from "./use-analysis.ts";

/** What could not be seen, and how to see it the next time. */
export function Gaps({ incidentId }: { incidentId: string }) {
  const gaps = useAnalysis(incidentId).data?.analysis?.gaps ?? [];
  if (gaps.length === 0) return null;
  return (
    <Panel title="What could not be seen">
      <ul className="gaps">
        {gaps.map((gap) => (
          <li key={gap.id}>
            <b>{gap.what}</b>
            <span className="quiet">
              {gap.remedy} {gap.link && <Link to={gap.link}>Begin here</Link>}
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
