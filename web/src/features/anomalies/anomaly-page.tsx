import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "react-router";
import type { Anomaly } from "../../../../shared/anomalies/schemas.ts";
import { ButtonLink } from "../../components/button.tsx";
import { Labels, ToneMark } from "../../components/marks.tsx";
import { Page, Panel } from "../../components/panel.tsx";
import { Failed, SkeletonBlock } from "../../components/states.tsx";
import { Lasting, Time } from "../../components/time.tsx";
import { Value } from "../../components/value.tsx";
import { api, segment, withQuery } from "../../lib/api.ts";
import { projectLabel } from "../../lib/contract.ts";
import { knownUnit } from "../../lib/known-units.ts";
import { matchAll } from "../../lib/matchers-text.ts";
import { inAddress, projectOf } from "../../lib/projects.ts";
import { formatQuantity } from "../../lib/quantity.ts";
import { useMayOperate } from "../../lib/session.ts";
import "./anomalies.css";
import { AnomalyChart } from "./anomaly-chart.tsx";
import { Contributions } from "./contributions.tsx";
import { AnomalyDecisions } from "./decisions.tsx";
import { FeedbackPanel } from "./feedback.tsx";
import { Rarity } from "./rarity.tsx";
import { TriagePanel } from "./triage.tsx";
import { featureWords, nameOf, standing } from "./words.ts";

const back = { to: "/anomalies", label: "Anomalies" };

/** What is unusual about this, since when, and should anybody care? */
export default function AnomalyPage() {
  const { anomalyId = "" } = useParams();
  const anomaly = useQuery({
    queryKey: ["anomaly", anomalyId],
    queryFn: ({ signal }) => api.get<Anomaly>(`/api/anomalies/${segment(anomalyId)}`, {}, signal),
    refetchInterval: 30_000,
  });
  if (anomaly.isPending)
    return (
      <Page title="Anomaly" back={back}>
        <SkeletonBlock height={420} />
      </Page>
    );
  if (anomaly.isError) return <Failed error={anomaly.error} retry={() => anomaly.refetch()} />;
  return <Known key={anomalyId} anomaly={anomaly.data} />;
}

function Known({ anomaly }: { anomaly: Anomaly }) {
  const may = useMayOperate();
  const look = standing(anomaly);
  const { metric, service } = anomaly;
  return (
    <Page
      title={nameOf(anomaly)}
      back={back}
      subtitle={anomaly.reason}
      actions={
        <>
          {metric !== null && (
            <ButtonLink icon="metrics" to={withQuery("/metrics", { name: metric })}>
              Explore
            </ButtonLink>
          )}
          {may && (
            <ButtonLink icon="alerts" to={ruleFor(anomaly)}>
              Alert on its anomalies
            </ButtonLink>
          )}
        </>
      }
      above={
        <>
          <ToneMark tone={look.tone} filled={look.filled}>
            {look.word}
          </ToneMark>
          <span className="quiet small">{featureWords(anomaly.feature)}</span>
        </>
      }
    >
      <div className="anomaly-detail">
        <div className="stack">
          {metric !== null && (
            <Panel title="Around the start">
              <AnomalyChart anomaly={anomaly} metric={metric} />
            </Panel>
          )}
          {anomaly.kind === "vector" && service !== null && (
            <Panel
              title="What makes it unusual"
              aside={
                <Link className="small" to={servicePage(service, anomaly)}>
                  {service} moment by moment
                </Link>
              }
            >
              <Contributions contributions={anomaly.contributions} />
            </Panel>
          )}
          <AnomalyDecisions anomalyId={anomaly.id} />
        </div>
        <div className="stack">
          <Facts anomaly={anomaly} />
          {anomaly.triage !== null && <TriagePanel triage={anomaly.triage} />}
          <FeedbackPanel anomaly={anomaly} may={may} />
        </div>
      </div>
    </Page>
  );
}

const servicePage = (service: string, { labels }: Anomaly): string =>
  withQuery(`/anomalies/services/${segment(service)}`, { project: inAddress(projectOf(labels)) });

/** A new rule of the same project for what this is an anomaly of: the metric, or the service as a whole. */
function ruleFor({ metric, labels }: Anomaly): string {
  const { [projectLabel]: _project, ...own } = labels;
  const what = metric === null ? { watch: "services", match: matchAll(own) } : { metric };
  return withQuery("/alerts/rules/new", { ...what, type: "anomaly", project: projectOf(labels) });
}

function Facts({ anomaly }: { anomaly: Anomaly }) {
  const { metric, service, value, expected, band, secondOpinion } = anomaly;
  const unit = metric === null ? null : knownUnit(metric, anomaly.unit);
  return (
    <Panel title="Facts">
      <dl className="facts">
        <dt>How unusual</dt>
        <dd>
          <Rarity score={anomaly.score} />
        </dd>
        {value !== null && (
          <>
            <dt>Value</dt>
            <dd>
              <Value value={value} unit={unit} />
            </dd>
          </>
        )}
        {expected !== null && (
          <>
            <dt>Expected</dt>
            <dd>
              <Value value={expected} unit={unit} />
              {band && (
                <span className="quiet small">
                  {" "}
                  {formatQuantity(band.low, unit)} to {formatQuantity(band.high, unit)}
                </span>
              )}
            </dd>
          </>
        )}
        <dt>Began</dt>
        <dd>
          <Time at={anomaly.startedAt} as="local" />
        </dd>
        <dt>{anomaly.endedAt === null ? "Lasts" : "Lasted"}</dt>
        <dd>
          <Lasting from={anomaly.startedAt} to={anomaly.endedAt} />
        </dd>
        <dt>Pages</dt>
        <dd>{anomaly.modeReason}</dd>
        {service !== null && (
          <>
            <dt>Service</dt>
            <dd>
              <Link to={servicePage(service, anomaly)}>{service}</Link>
            </dd>
          </>
        )}
        {Object.keys(anomaly.labels).length > 0 && (
          <>
            <dt>Labels</dt>
            <dd>
              <Labels labels={anomaly.labels} />
            </dd>
          </>
        )}
        {secondOpinion !== null && secondOpinion.agrees !== null && (
          <>
            <dt>Second opinion</dt>
            <dd>
              The Isolation Forest {secondOpinion.agrees ? "agrees" : "sees nothing special"}
              {secondOpinion.isolation !== null && ` (${secondOpinion.isolation.toFixed(2)})`}
            </dd>
          </>
        )}
        <dt>Detector</dt>
        <dd>
          <Link to="/anomalies/detectors">{anomaly.detectorVersion}</Link>, class {anomaly.metricClass}
        </dd>
      </dl>
    </Panel>
  );
}
