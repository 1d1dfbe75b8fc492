import { useEffect, useState } from "react";
import type { AlertList } from "../../../../shared/alerts/schemas.ts";
import { Button, ButtonLink } from "../../components/button.tsx";
import { FilterSelect, Segmented } from "../../components/field.tsx";
import { Page } from "../../components/panel.tsx";
import { Await, Empty, LoadMore } from "../../components/states.tsx";
import { severities } from "../../lib/contract.ts";
import { useListKeys } from "../../lib/list-keys.ts";
import { itemsOf, usePages } from "../../lib/pages.ts";
import { oneOf, useUrlState } from "../../lib/url-state.ts";
import { AlertRow } from "./alert-row.tsx";
import { AlertTabs } from "./tabs.tsx";

const shown = ["firing", "pending", "resolved", "all"] as const;
const shownOptions = [
  { value: "firing", label: "Firing" },
  { value: "pending", label: "Pending" },
  { value: "resolved", label: "Resolved" },
  { value: "all", label: "All" },
] as const;
const severityOptions = severities.map((value) => ({ value, label: value }));

/** What fires, and by how much? */
export default function AlertsPage() {
  const [params, patch] = useUrlState();
  const state = oneOf(params.get("state"), shown) ?? "firing";
  const severity = oneOf(params.get("severity"), severities);
  const ruleId = params.get("rule") ?? "";
  const label = params.get("label") ?? "";
  const alerts = usePages<AlertList>(["alerts"], "/api/alerts", {
    state: state === "all" ? "" : state,
    severity,
    ruleId,
    label,
  });
  const list = useListKeys<HTMLElement>();
  const items = itemsOf(alerts.data);
  const isNarrowed = Boolean(severity || ruleId || label);
  return (
    <Page
      title="Alerts"
      actions={
        <ButtonLink icon="plus" to="/alerts/rules/new">
          New rule
        </ButtonLink>
      }
    >
      <AlertTabs />
      <div className="filters">
        <Segmented
          label="State"
          value={state}
          options={shownOptions}
          onValue={(value) => patch({ state: value })}
        />
        <FilterSelect
          label="Severity"
          value={severity ?? ""}
          any="Any severity"
          options={severityOptions}
          onValue={(value) => patch({ severity: value })}
        />
        <LabelFilter label={label} onLabel={(value) => patch({ label: value })} />
        {isNarrowed && (
          <Button
            look="ghost"
            icon="close"
            onClick={() => patch({ severity: null, rule: null, label: null })}
          >
            {ruleId === "" ? "Clear" : "Clear, one rule only"}
          </Button>
        )}
      </div>
      <section className="panel" aria-label="Alerts" ref={list}>
        <Await of={alerts}>
          {() =>
            items.length === 0 ? (
              <Nothing state={state} isNarrowed={isNarrowed} />
            ) : (
              <>
                {items.map((alert) => (
                  <AlertRow key={alert.id} alert={alert} />
                ))}
                <LoadMore list={alerts} />
              </>
            )
          }
        </Await>
      </section>
    </Page>
  );
}

function LabelFilter({ label, onLabel }: { label: string; onLabel(label: string): void }) {
  const [text, setText] = useState(label);
  useEffect(() => setText(label), [label]);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onLabel(text.trim());
      }}
    >
      <input
        className="input input-mono"
        aria-label="Label, as name=value"
        placeholder="label, like host=web-1"
        value={text}
        onChange={(event) => setText(event.target.value)}
        onBlur={() => onLabel(text.trim())}
      />
    </form>
  );
}

function Nothing({ state, isNarrowed }: { state: (typeof shown)[number]; isNarrowed: boolean }) {
  if (isNarrowed) {
    return (
      <Empty title="No alert is like that">
        <p>Nothing here has this state, severity, rule and label together. Clear a filter to see more.</p>
      </Empty>
    );
  }
  if (state === "firing" || state === "pending") {
    return (
      <Empty
        title={state === "firing" ? "Nothing fires" : "Nothing is about to fire"}
        actions={<ButtonLink to="/alerts/rules">See the rules</ButtonLink>}
      >
        <p>Every rule is within its limits. Alerts appear here the moment one is crossed.</p>
      </Empty>
    );
  }
  return (
    <Empty
      title="No alert so far"
      actions={
        <ButtonLink look="primary" to="/alerts/rules/new">
          New rule
        </ButtonLink>
      }
    >
      <p>An alert needs a rule: a metric, a limit, and how long it has to be crossed.</p>
    </Empty>
  );
}
