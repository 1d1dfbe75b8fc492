import { useEffect, useState } from "react";
import type { IncidentList } from "../../../../shared/incidents/schemas.ts";
import { Button, ButtonLink } from "../../components/button.tsx";
import { FilterSelect, Segmented } from "../../components/field.tsx";
import { incidentStateWord } from "../../components/marks.tsx";
import { Page } from "../../components/panel.tsx";
import { Await, Empty, LoadMore } from "../../components/states.tsx";
import { Stat, Stats } from "../../components/stats.tsx";
import { incidentStates, severities } from "../../lib/contract.ts";
import { roughDuration } from "../../lib/duration.ts";
import { useListKeys } from "../../lib/list-keys.ts";
import { itemsOf, usePages } from "../../lib/pages.ts";
import { oneOf, useUrlState } from "../../lib/url-state.ts";
import { IncidentRow } from "./incident-row.tsx";
import "./incidents.css";

const spans = ["open", "closed", "all"] as const;
const spanOptions = [
  { value: "open", label: "Open" },
  { value: "closed", label: "Closed" },
  { value: "all", label: "All" },
] as const;
const stateOptions = incidentStates.map((value) => ({ value, label: incidentStateWord(value) }));
const severityOptions = severities.map((value) => ({ value, label: value }));

/** What is being handled, and how fast do we get to it? */
export default function IncidentsPage() {
  const [params, patch] = useUrlState();
  const span = oneOf(params.get("show"), spans) ?? "open";
  const state = oneOf(params.get("state"), incidentStates);
  const severity = oneOf(params.get("severity"), severities);
  const service = params.get("service") ?? "";
  const incidents = usePages<IncidentList>(["incidents"], "/api/incidents", {
    state: state ?? (span === "all" ? "" : span),
    severity,
    service,
  });
  const list = useListKeys<HTMLElement>();
  const items = itemsOf(incidents.data);
  const stats = incidents.data?.pages[0]?.stats;
  const isNarrowed = Boolean(state || severity || service);
  return (
    <Page title="Incidents">
      <Stats>
        <Stat name="Open now" value={stats === undefined ? "–" : String(stats.open)} />
        <Stat name="Mean time to acknowledge" value={spell(stats?.mttaMs)} note="30 days" />
        <Stat name="Mean time to resolve" value={spell(stats?.mttrMs)} note="30 days" />
      </Stats>
      <div className="filters">
        <Segmented
          label="Show"
          value={state ? undefined : span}
          options={spanOptions}
          onValue={(show) => patch({ show, state: null })}
        />
        <FilterSelect
          label="State"
          value={state ?? ""}
          any="Any state"
          options={stateOptions}
          onValue={(value) => patch({ state: value })}
        />
        <FilterSelect
          label="Severity"
          value={severity ?? ""}
          any="Any severity"
          options={severityOptions}
          onValue={(value) => patch({ severity: value })}
        />
        <ServiceFilter service={service} onService={(value) => patch({ service: value })} />
        {isNarrowed && (
          <Button
            look="ghost"
            icon="close"
            onClick={() => patch({ state: null, severity: null, service: null })}
          >
            Clear
          </Button>
        )}
      </div>
      <section className="panel" aria-label="Incidents" ref={list}>
        <Await of={incidents}>
          {() =>
            items.length === 0 ? (
              <Nothing span={span} isNarrowed={isNarrowed} />
            ) : (
              <>
                {items.map((incident) => (
                  <IncidentRow key={incident.id} incident={incident} />
                ))}
                <LoadMore list={incidents} />
              </>
            )
          }
        </Await>
      </section>
    </Page>
  );
}

const spell = (ms: number | null | undefined): string =>
  ms === null || ms === undefined ? "–" : roughDuration(ms);

function ServiceFilter({ service, onService }: { service: string; onService(service: string): void }) {
  const [text, setText] = useState(service);
  useEffect(() => setText(service), [service]);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onService(text.trim());
      }}
    >
      <input
        className="input"
        aria-label="Service"
        placeholder="service"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onBlur={() => onService(text.trim())}
      />
    </form>
  );
}

function Nothing({ span, isNarrowed }: { span: (typeof spans)[number]; isNarrowed: boolean }) {
  if (isNarrowed) {
    return (
      <Empty title="No incident is like that">
        <p>Nothing here has this state, severity and service together. Clear a filter to see more.</p>
      </Empty>
    );
  }
  return (
    <Empty
      title={span === "open" ? "All quiet" : "No incident so far"}
      actions={<ButtonLink to="/alerts/rules">See the rules</ButtonLink>}
    >
      <p>An incident opens by itself when an alert fires; alerts that belong together share one.</p>
    </Empty>
  );
}
