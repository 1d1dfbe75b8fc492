import { useQuery } from "@tanstack/react-query";
import { Link } from "react-router";
import type { Anomaly, AnomalyList } from "../../../../shared/anomalies/schemas.ts";
import { Panel } from "../../components/panel.tsx";
import { Await, SkeletonBlock } from "../../components/states.tsx";
import { api } from "../../lib/api.ts";
import { featureWords, nameOf, rarityWords } from "../anomalies/words.ts";

const atMost = 100;
const shown = 3;

/** How much is unlike itself and may page, and the worst of it. */
export function UnusualNow() {
  const anomalies = useQuery({
    queryKey: ["anomalies", "count"],
    queryFn: ({ signal }) =>
      api.get<AnomalyList>("/api/anomalies", { state: "open", mode: "paging", limit: atMost }, signal),
    refetchInterval: 60_000,
  });
  return (
    <Panel title="Unusual now">
      <Await of={anomalies} skeleton={<SkeletonBlock height={72} />}>
        {() => anomalies.data && <Counted list={anomalies.data} />}
      </Await>
    </Panel>
  );
}

function Counted({ list: { items, cursor } }: { list: AnomalyList }) {
  const worst = items.toSorted((a, b) => b.score - a.score).slice(0, shown);
  return (
    <>
      <p className="big-number">
        <Link to="/anomalies?mode=paging">
          {items.length}
          {cursor === null ? "" : "+"}
        </Link>
        <span className="unit">
          {items.length === 1 ? "anomaly that may page" : "anomalies that may page"}
        </span>
      </p>
      {worst.length === 0 ? (
        <p className="quiet small">Everything is like itself.</p>
      ) : (
        <ol className="unusual">
          {worst.map((anomaly) => (
            <li key={anomaly.id}>
              <Link to={`/anomalies/${anomaly.id}`}>{nameOf(anomaly)}</Link>
              <span className="quiet">{inShort(anomaly)}</span>
            </li>
          ))}
        </ol>
      )}
    </>
  );
}

function inShort({ kind, service, feature, score }: Anomaly): string {
  const of = kind === "metric" && service !== null ? `${service}: ` : "";
  return `${of}${featureWords(feature)}, ${rarityWords(score)}`;
}
