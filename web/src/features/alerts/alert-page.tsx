import { useQuery } from "@tanstack/react-query";
import { Link, useParams } from "react-router";
import type { Alert } from "../../../../shared/alerts/schemas.ts";
import { ButtonLink } from "../../components/button.tsx";
import { AlertStateMark, Labels, SeverityMark } from "../../components/marks.tsx";
import { Page, Panel } from "../../components/panel.tsx";
import { Failed, SkeletonBlock } from "../../components/states.tsx";
import { Lasting, Time } from "../../components/time.tsx";
import { Value } from "../../components/value.tsx";
import { api, segment, withQuery } from "../../lib/api.ts";
import { knownUnit } from "../../lib/known-units.ts";
import { AlertChart } from "./alert-chart.tsx";
import { Decisions } from "./decisions.tsx";
import "./rule-form.css";

const back = { to: "/alerts", label: "Alerts" };

/** Why does this fire? */
export default function AlertPage() {
  const { alertId = "" } = useParams();
  const path = `/api/alerts/${segment(alertId)}`;
  const alert = useQuery({
    queryKey: ["alert", alertId],
    queryFn: ({ signal }) => api.get<Alert>(path, {}, signal),
    refetchInterval: 15_000,
  });
  if (alert.isPending)
    return (
      <Page title="Alert" back={back}>
        <SkeletonBlock height={420} />
      </Page>
    );
  if (alert.isError) return <Failed error={alert.error} retry={() => alert.refetch()} />;
  return <Known alert={alert.data} decisions={`${path}/decisions`} />;
}

function Known({ alert, decisions }: { alert: Alert; decisions: string }) {
  const unit = knownUnit(alert.metric, alert.unit);
  const annotations = Object.entries(alert.annotations);
  return (
    <Page
      title={alert.ruleName}
      back={back}
      subtitle={alert.reason}
      actions={
        <>
          <ButtonLink icon="metrics" to={withQuery("/metrics", { name: alert.metric })}>
            Explore
          </ButtonLink>
          <ButtonLink icon="edit" to={`/alerts/rules/${alert.ruleId}`}>
            Rule
          </ButtonLink>
        </>
      }
      above={
        <>
          <SeverityMark severity={alert.severity} />
          <AlertStateMark state={alert.state} />
        </>
      }
    >
      <div className="alert-detail">
        <div className="stack">
          <Panel title="Around the start">
            <AlertChart
              ruleId={alert.ruleId}
              labels={alert.labels}
              severity={alert.severity}
              startedAt={alert.startedAt ?? alert.pendingSince}
              resolvedAt={alert.resolvedAt}
              height={280}
            />
          </Panel>
          <Decisions of={decisions} title="Why" />
        </div>
        <Panel title="Facts">
          <dl className="facts">
            <dt>Value</dt>
            <dd>
              <Value value={alert.value} unit={unit} />
            </dd>
            <dt>Limit</dt>
            <dd>
              <Value value={alert.threshold} unit={unit} />
            </dd>
            {alert.startedAt && (
              <>
                <dt>Started</dt>
                <dd>
                  <Time at={alert.startedAt} as="local" />
                </dd>
                <dt>Lasted</dt>
                <dd>
                  <Lasting from={alert.startedAt} to={alert.resolvedAt} />
                </dd>
              </>
            )}
            {alert.pendingSince && (
              <>
                <dt>Pending since</dt>
                <dd>
                  <Time at={alert.pendingSince} as="local" />
                </dd>
              </>
            )}
            <dt>Last looked at</dt>
            <dd>
              <Time at={alert.lastEvaluatedAt} />
            </dd>
            <dt>Metric</dt>
            <dd>
              <Link className="mono" to={withQuery("/metrics", { name: alert.metric })}>
                {alert.metric}
              </Link>
            </dd>
            <dt>Labels</dt>
            <dd>{Object.keys(alert.labels).length > 0 ? <Labels labels={alert.labels} /> : "none"}</dd>
            {annotations.map(([name, text]) => (
              <Annotation key={name} name={name} text={text} />
            ))}
          </dl>
        </Panel>
      </div>
    </Page>
  );
}

function Annotation({ name, text }: { name: string; text: string }) {
  return (
    <>
      <dt>{name}</dt>
      <dd>{text}</dd>
    </>
  );
}
