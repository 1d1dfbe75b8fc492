import { useState } from "react";
import { Link } from "react-router";
import type { Incident } from "../../../../shared/incidents/schemas.ts";
import { Button } from "../../components/button.tsx";
import { Labels } from "../../components/marks.tsx";
import { Panel } from "../../components/panel.tsx";
import { Trouble } from "../../components/states.tsx";
import { Lasting, Time } from "../../components/time.tsx";
import { severities } from "../../lib/contract.ts";
import { roughDuration } from "../../lib/duration.ts";
import { useSession } from "../../lib/session.ts";
import type { IncidentActions } from "./incident-actions.ts";

interface FactsProps {
  incident: Incident;
  change: IncidentActions["change"];
  may: boolean;
}

export function IncidentFacts({ incident, change, may }: FactsProps) {
  return (
    <Panel title="Facts">
      <dl className="facts side-facts">
        <dt>Assignee</dt>
        <dd>
          <Assignee incident={incident} change={change} may={may} />
        </dd>
        <dt>Severity</dt>
        <dd>
          <select
            className="select select-auto"
            aria-label="Severity"
            value={incident.severity}
            disabled={!may || change.isPending}
            onChange={(event) => {
              const severity = severities.find((one) => one === event.target.value);
              if (severity) change.mutate({ severity });
            }}
          >
            {severities.map((severity) => (
              <option key={severity} value={severity}>
                {severity}
              </option>
            ))}
          </select>
        </dd>
        {incident.service && (
          <>
            <dt>Service</dt>
            <dd>
              <Link to={`/incidents?show=all&service=${encodeURIComponent(incident.service)}`}>
                {incident.service}
              </Link>
            </dd>
          </>
        )}
        <dt>Opened</dt>
        <dd>
          <Time at={incident.openedAt} as="local" />
        </dd>
        <dt>Lasted</dt>
        <dd>
          <Lasting from={incident.openedAt} to={incident.resolvedAt} />
        </dd>
        <dt>To acknowledge</dt>
        <dd>
          {incident.timeToAcknowledgeMs === null ? "not yet" : roughDuration(incident.timeToAcknowledgeMs)}
        </dd>
        <dt>To resolve</dt>
        <dd>{incident.timeToResolveMs === null ? "not yet" : roughDuration(incident.timeToResolveMs)}</dd>
        <dt>Grouped because</dt>
        <dd>{incident.reason}</dd>
        {Object.keys(incident.labels).length > 0 && (
          <>
            <dt>Labels</dt>
            <dd>
              <Labels labels={incident.labels} />
            </dd>
          </>
        )}
      </dl>
      <Trouble error={change.error} />
    </Panel>
  );
}

function Assignee({ incident, change, may }: FactsProps) {
  const session = useSession().data;
  const me = session?.actor.name ?? session?.actor.id ?? "me";
  const [text, setText] = useState<string>();
  if (text !== undefined) {
    return (
      <form
        className="inline-edit"
        onSubmit={(event) => {
          event.preventDefault();
          change.mutate({ assignee: text.trim() === "" ? null : text.trim() });
          setText(undefined);
        }}
      >
        <input
          className="input"
          aria-label="Assignee"
          value={text}
          ref={focusOnArrival}
          onChange={(event) => setText(event.target.value)}
        />
        <Button type="submit" size="small">
          Set
        </Button>
      </form>
    );
  }
  return (
    <span className="row wrap">
      {incident.assignee ?? <span className="quiet">nobody</span>}
      {may && incident.assignee !== me && (
        <Button size="small" busy={change.isPending} onClick={() => change.mutate({ assignee: me })}>
          Take it
        </Button>
      )}
      {may && (
        <Button size="small" look="ghost" onClick={() => setText(incident.assignee ?? "")}>
          Change
        </Button>
      )}
    </span>
  );
}

/** The person has just asked to type here. */
const focusOnArrival = (input: HTMLInputElement | null) => input?.focus();
