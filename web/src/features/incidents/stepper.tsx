import type { IncidentState } from "../../../../events/incidents.ts";
import type { Incident } from "../../../../shared/incidents/schemas.ts";
import { Button } from "../../components/button.tsx";
import { incidentStateWord } from "../../components/marks.tsx";
import { Trouble } from "../../components/states.tsx";
import { Time } from "../../components/time.tsx";
import { incidentStates } from "../../lib/contract.ts";
import type { IncidentActions } from "./incident-actions.ts";

const verbs: Record<IncidentState, string> = {
  DETECTED: "Back to detected",
  ACKNOWLEDGED: "Acknowledge",
  INVESTIGATING: "Investigate",
  MITIGATED: "Mark mitigated",
  RESOLVED: "Resolve",
  LEARNED: "Mark learned",
};

/** The next state along the road, when it may be entered from here. */
export function forwardOf(incident: Incident): IncidentState | undefined {
  const at = incidentStates.indexOf(incident.state);
  return incidentStates.find((state, index) => index > at && incident.nextStates.includes(state));
}

export function moveWord(incident: Incident, to: IncidentState): string {
  const goesBack = incidentStates.indexOf(to) < incidentStates.indexOf(incident.state);
  return goesBack
    ? to === "INVESTIGATING"
      ? "Reopen investigation"
      : `Back to ${incidentStateWord(to)}`
    : verbs[to];
}

/** Where the incident stands on its road, and where it may go from here. */
export function Stepper({
  incident,
  move,
  may,
}: {
  incident: Incident;
  move: IncidentActions["move"];
  may: boolean;
}) {
  const at = incidentStates.indexOf(incident.state);
  const forward = forwardOf(incident);
  const others = incident.nextStates.filter((state) => state !== forward);
  return (
    <div className="panel">
      <div className="panel-body">
        <ol className="stepper" aria-label="State">
          {incidentStates.map((state, index) => (
            <li
              key={state}
              className={`step ${index < at ? "step-past" : index === at ? "step-now" : ""}`}
              aria-current={index === at ? "step" : undefined}
            >
              <span>
                {incidentStateWord(state)}
                <Reached incident={incident} state={state} />
              </span>
            </li>
          ))}
        </ol>
        {may && incident.nextStates.length > 0 && (
          <div className="moves">
            {forward && (
              <Button look="primary" busy={move.isPending} onClick={() => move.mutate({ to: forward })}>
                {moveWord(incident, forward)}
              </Button>
            )}
            {others.map((state) => (
              <Button key={state} busy={move.isPending} onClick={() => move.mutate({ to: state })}>
                {moveWord(incident, state)}
              </Button>
            ))}
          </div>
        )}
        <Trouble error={move.error} />
      </div>
    </div>
  );
}

function Reached({ incident, state }: { incident: Incident; state: IncidentState }) {
  const at: Partial<Record<IncidentState, string | null>> = {
    DETECTED: incident.openedAt,
    ACKNOWLEDGED: incident.acknowledgedAt,
    MITIGATED: incident.mitigatedAt,
    RESOLVED: incident.resolvedAt,
  };
  const moment = at[state];
  return moment ? <Time at={moment} as="local" /> : null;
}
