import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { Link, useParams } from "react-router";
import type { VectorView } from "../../../../shared/anomalies/schemas.ts";
import { Chart } from "../../components/charted.tsx";
import { Page, Panel } from "../../components/panel.tsx";
import { RangePicker } from "../../components/range-picker.tsx";
import { Await, Empty, SkeletonBlock } from "../../components/states.tsx";
import { api, segment } from "../../lib/api.ts";
import { useNow } from "../../lib/clock.ts";
import { isLive, spanOf, type TimeRange } from "../../lib/time-range.ts";
import { useUrlState } from "../../lib/url-state.ts";
import "./anomalies.css";
import { AnomalyRow } from "./anomaly-row.tsx";
import { Heat } from "./heat.tsx";
import { spansOf } from "./use-bands.ts";

const back = { to: "/anomalies/services", label: "Services" };

/** How unusual is this service as a whole, and which of its metrics make it so? */
export default function ServicePage() {
  const { service = "" } = useParams();
  const [params, patch] = useUrlState();
  const project = params.get("project");
  const range: TimeRange = { from: params.get("from") ?? "-6h", to: params.get("to") ?? "now" };
  const view = useQuery({
    queryKey: ["anomalies", "vector", project, service, range],
    queryFn: ({ signal }) =>
      api.get<VectorView>(`/api/anomalies/vectors/${segment(service)}`, { ...range, project }, signal),
    ...(isLive(range) ? { refetchInterval: 30_000 } : {}),
  });
  return (
    <Page
      title={service}
      subtitle={project !== null && `In the project ${project}`}
      back={back}
      actions={<RangePicker range={range} onRange={patchRange} />}
    >
      <Await of={view} skeleton={<SkeletonBlock height={420} />}>
        {() => view.data && <Known view={view.data} range={range} onZoom={zoom} />}
      </Await>
    </Page>
  );

  function patchRange({ from, to }: TimeRange) {
    patch({ from, to });
  }
  function zoom(fromMs: number, toMs: number) {
    patch({ from: String(fromMs), to: String(toMs) });
  }
}

interface KnownProps {
  view: VectorView;
  range: TimeRange;
  onZoom(fromMs: number, toMs: number): void;
}

function Known({ view, range, onZoom }: KnownProps) {
  const now = useNow();
  const { fromMs, toMs } = spanOf(range, now);
  const series = useMemo(() => [{ key: "score", name: "score", values: view.score }], [view]);
  const spans = useMemo(() => spansOf(view.anomalies, now), [view, now]);
  const thresholds = useMemo(() => [{ severity: "warning" as const, value: view.thresholds.medium }], [view]);
  if (view.timesMs.length === 0) {
    return (
      <div className="panel">
        <Empty title="Nothing was judged in this stretch of time">
          <p>
            Widen the range. A new service is learned first; its first verdicts come after some hundred
            points.
          </p>
        </Empty>
      </div>
    );
  }
  return (
    <div className="stack">
      <Panel title="How unusual, moment by moment" aside={<SecondOpinion view={view} />}>
        <Chart
          timesMs={view.timesMs}
          series={series}
          unit={null}
          height={220}
          fromMs={fromMs}
          toMs={toMs}
          thresholds={thresholds}
          spans={spans}
          onZoom={onZoom}
          label={`How unusual ${view.service} was as a whole; each step of one is ten times rarer`}
        />
        <p className="quiet small">Each step of one is ten times rarer. Above the line an anomaly begins.</p>
      </Panel>
      <Panel title="Which metrics make it so">
        <Heat view={view} />
      </Panel>
      {view.anomalies.length > 0 && (
        <Panel title="Anomalies of this stretch" flush>
          {view.anomalies.map((anomaly) => (
            <AnomalyRow key={anomaly.id} anomaly={anomaly} />
          ))}
        </Panel>
      )}
    </div>
  );
}

function SecondOpinion({ view: { secondOpinion } }: { view: VectorView }) {
  if (secondOpinion.agrees === null)
    return <span className="quiet small">No Isolation Forest has been grown for it yet</span>;
  return (
    <span className="quiet small">
      The <Link to="/anomalies/detectors">Isolation Forest</Link>{" "}
      {secondOpinion.agrees ? "finds it unusual too" : "finds it ordinary"}
    </span>
  );
}
