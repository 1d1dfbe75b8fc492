import { useQuery } from "@tanstack/react-query";
import { useMemo, useRef } from "react";
import { useParams } from "react-router";
import type { Incident } from "../../../../shared/incidents/schemas.ts";
import { ButtonLink } from "../../components/button.tsx";
import { IncidentStateMark, SeverityMark } from "../../components/marks.tsx";
import { Page, Panel } from "../../components/panel.tsx";
import { Failed, SkeletonBlock } from "../../components/states.tsx";
import { api, segment } from "../../lib/api.ts";
import { useMayOperate } from "../../lib/session.ts";
import { useShortcuts } from "../../lib/shortcuts.ts";
import { Ask } from "../analysis/ask.tsx";
import { EvidenceCharts } from "../analysis/evidence-charts.tsx";
import { Gaps } from "../analysis/gaps.tsx";
import { LikelyCause } from "../analysis/likely-cause.tsx";
import { Spread } from "../analysis/spread.tsx";
import { useAnalysisActions } from "../analysis/use-analysis.ts";
import { Work } from "../analysis/work.tsx";
import { Composer } from "./composer.tsx";
import { useIncidentActions } from "./incident-actions.ts";
import { IncidentFacts } from "./incident-facts.tsx";
import "./incidents.css";
import { Members } from "./members.tsx";
import { forwardOf, Stepper } from "./stepper.tsx";
import { Timeline } from "./timeline.tsx";

const back = { to: "/incidents", label: "Incidents" };

/** What happened, who has it, and what is next? */
export default function IncidentPage() {
  const { incidentId = "" } = useParams();
  const incident = useQuery({
    queryKey: ["incident", incidentId],
    queryFn: ({ signal }) => api.get<Incident>(`/api/incidents/${segment(incidentId)}`, {}, signal),
    refetchInterval: 30_000,
  });
  if (incident.isPending)
    return (
      <Page title="Incident" back={back}>
        <SkeletonBlock height={420} />
      </Page>
    );
  if (incident.isError) return <Failed error={incident.error} retry={() => incident.refetch()} />;
  return <Known key={incidentId} incident={incident.data} />;
}

function Known({ incident }: { incident: Incident }) {
  const may = useMayOperate();
  const actions = useIncidentActions(incident.id);
  const analysis = useAnalysisActions(incident.id);
  const field = useRef<HTMLTextAreaElement>(null);
  const forward = forwardOf(incident);
  const { mutate, isPending } = actions.move;
  const shortcuts = useMemo(
    () => ({
      a: () => may && forward && !isPending && mutate({ to: forward }),
      c: () => field.current?.focus(),
    }),
    [may, forward, isPending, mutate],
  );
  useShortcuts(shortcuts);
  return (
    <Page
      title={incident.title}
      back={back}
      actions={
        <ButtonLink icon="edit" to={`/incidents/${incident.id}/post-mortem`}>
          Post-mortem
        </ButtonLink>
      }
      above={
        <>
          <SeverityMark severity={incident.severity} />
          <IncidentStateMark state={incident.state} />
          {incident.firingCount > 0 && (
            <span className="quiet small">
              {incident.firingCount} of {incident.alertCount} alerts firing
            </span>
          )}
        </>
      }
    >
      <div className="incident">
        <div className="stack">
          <Stepper incident={incident} move={actions.move} may={may} />
          <LikelyCause incidentId={incident.id} actions={analysis} may={may} />
          <EvidenceCharts incidentId={incident.id} />
          <Spread incident={incident} />
          <Panel title="Timeline" flush>
            {may && <Composer incident={incident} actions={actions} field={field} />}
            <Timeline incidentId={incident.id} />
          </Panel>
        </div>
        <div className="stack">
          <IncidentFacts incident={incident} change={actions.change} may={may} />
          <Ask actions={analysis} />
          <Members incidentId={incident.id} />
          <Gaps incidentId={incident.id} />
          <Work incidentId={incident.id} />
        </div>
      </div>
    </Page>
  );
}
