import { useQuery } from "@tanstack/react-query";
import { useState } from "react";
import type {
  Detector,
  DetectorList,
  DetectorVersion,
  Drift,
  Gate,
} from "../../../../shared/anomalies/schemas.ts";
import { Button } from "../../components/button.tsx";
import { type Tone, ToneMark } from "../../components/marks.tsx";
import { Page, Panel } from "../../components/panel.tsx";
import { Await, Empty } from "../../components/states.tsx";
import { Time } from "../../components/time.tsx";
import { api } from "../../lib/api.ts";
import { useMayOperate } from "../../lib/session.ts";
import "./anomalies.css";
import { RollBackDialog } from "./roll-back-dialog.tsx";
import { AnomalyTabs } from "./tabs.tsx";
import { detectorName } from "./words.ts";

/** Which detectors are at work, what have they proven, and may they wake people? */
export default function DetectorsPage() {
  const detectors = useQuery({
    queryKey: ["anomalies", "detectors"],
    queryFn: ({ signal }) => api.get<DetectorList>("/api/detectors", {}, signal),
    refetchInterval: 60_000,
  });
  return (
    <Page
      title="Anomalies"
      subtitle="A detector only watches until it has found enough injected faults of a class of metrics; then it may page for that class."
    >
      <AnomalyTabs />
      <Await of={detectors}>
        {() =>
          detectors.data?.items.length === 0 ? (
            <div className="panel">
              <Empty title="No detector is at work yet">
                <p>They start with the first metric points.</p>
              </Empty>
            </div>
          ) : (
            <div className="stack">
              {detectors.data?.items.map((detector) => (
                <DetectorPanel key={detector.id} detector={detector} />
              ))}
            </div>
          )
        }
      </Await>
    </Page>
  );
}

const statusLooks: Record<DetectorVersion["status"], { word: string; tone: Tone }> = {
  candidate: { word: "Watching only", tone: "warning" },
  accepted: { word: "Accepted", tone: "good" },
  retired: { word: "Retired", tone: "calm" },
};

function DetectorPanel({ detector }: { detector: Detector }) {
  const may = useMayOperate();
  const [back, setBack] = useState<number>();
  const active = detector.versions.find(({ version }) => version === detector.activeVersion);
  const watched =
    detector.trackedSeries === null
      ? undefined
      : `${detector.trackedSeries.toLocaleString("en")} of at most ${detector.maxSeries?.toLocaleString("en") ?? "–"} series`;
  return (
    <Panel
      title={detectorName(detector)}
      aside={watched && <span className="quiet small">{watched}</span>}
      flush
    >
      {active && <Gates gates={active.gates} paging={detector.pagingClasses} />}
      {active?.drift && <DriftLine drift={active.drift} />}
      <div className="table-scroll">
        <table className="table">
          <thead>
            <tr>
              <th>Version</th>
              <th>Status</th>
              <th>Since</th>
              <th>Classes passed</th>
              <th>Note</th>
              <th>
                <span className="sr-only">Action</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {detector.versions.map((one) => (
              <tr key={one.version}>
                <td>
                  {one.version} <span className="mono quiet">{one.digest.slice(0, 8)}</span>
                </td>
                <td>
                  <ToneMark tone={statusLooks[one.status].tone}>{statusLooks[one.status].word}</ToneMark>
                </td>
                <td>
                  <Time at={one.createdAt} />
                </td>
                <td>
                  {one.gates.filter(({ passed }) => passed).length} of {one.gates.length}
                </td>
                <td>{one.note}</td>
                <td className="num">
                  {one.version === detector.activeVersion ? (
                    <span className="quiet">at work</span>
                  ) : (
                    may &&
                    one.version < detector.activeVersion && (
                      <Button size="small" onClick={() => setBack(one.version)}>
                        Roll back to it
                      </Button>
                    )
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {back !== undefined && (
        <RollBackDialog detector={detector} version={back} onClose={() => setBack(undefined)} />
      )}
    </Panel>
  );
}

function Gates({ gates, paging }: { gates: readonly Gate[]; paging: readonly string[] }) {
  if (gates.length === 0)
    return <p className="gate-none quiet small">No gate has been run yet; until then it only watches.</p>;
  return (
    <ul className="gates" aria-label="Gates">
      {gates.map((gate) => {
        const f1 = gate.corpora.length === 0 ? null : Math.min(...gate.corpora.map((corpus) => corpus.f1));
        return (
          <li key={gate.metricClass} title={gate.reason}>
            <span className="gate-head">
              <b>{gate.metricClass}</b>
              <ToneMark tone={gate.passed ? "good" : "warning"} filled={gate.passed ? 1 : 0.5}>
                {gate.passed ? (paging.includes(gate.metricClass) ? "May page" : "Passed") : "Watching only"}
              </ToneMark>
            </span>
            <svg viewBox="0 0 100 4" preserveAspectRatio="none" aria-hidden="true">
              <rect className="rarity-track" width="100" height="4" />
              <rect className={gate.passed ? "gate-fill" : "gate-short"} width={100 * (f1 ?? 0)} height="4" />
              <rect className="gate-bar" x={100 * gate.requiredF1} width="0.6" height="4" />
            </svg>
            <span className="list-sub">
              {f1 === null
                ? gate.reason
                : gate.corpora
                    .map(
                      ({ corpus, f1: reached, found, faults, falseAlarms }) =>
                        `${corpus === "synthetic" ? "made-up series" : "own history"} F1 ${reached.toFixed(2)} (${found} of ${faults} found, ${falseAlarms} false)`,
                    )
                    .join(" · ")}
              {f1 !== null && `, needs ${gate.requiredF1.toFixed(2)}`}
            </span>
          </li>
        );
      })}
    </ul>
  );
}

const driftWords: Record<Drift["verdict"], { word: string; tone: Tone }> = {
  steady: { word: "Scores are steady", tone: "good" },
  moving: { word: "Scores are moving", tone: "warning" },
  drifted: { word: "Scores have drifted", tone: "critical" },
  "too-few-scores": { word: "Too few scores to compare", tone: "calm" },
};

function DriftLine({ drift }: { drift: Drift }) {
  const { word, tone } = driftWords[drift.verdict];
  return (
    <p className="drift">
      <ToneMark tone={tone}>{word}</ToneMark>
      <span className="quiet small">
        stability index {drift.index.toFixed(2)} over {drift.scoreCount.toLocaleString("en")} scores,{" "}
        <Time at={drift.at} />
      </span>
    </p>
  );
}
