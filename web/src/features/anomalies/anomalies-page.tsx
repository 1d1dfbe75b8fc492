import { useEffect, useState } from "react";
import type { AnomalyList } from "../../../../shared/anomalies/schemas.ts";
import { Button, ButtonLink } from "../../components/button.tsx";
import { FilterSelect, Segmented } from "../../components/field.tsx";
import { Page } from "../../components/panel.tsx";
import { Await, Empty, LoadMore } from "../../components/states.tsx";
import { sensitivities } from "../../lib/contract.ts";
import { useListKeys } from "../../lib/list-keys.ts";
import { itemsOf, usePages } from "../../lib/pages.ts";
import { oneOf, useUrlState } from "../../lib/url-state.ts";
import "./anomalies.css";
import { AnomalyRow } from "./anomaly-row.tsx";
import { AnomalyTabs } from "./tabs.tsx";
import { sensitivityWords } from "./words.ts";

const states = ["open", "ended", "all"] as const;
const stateOptions = [
  { value: "open", label: "Now" },
  { value: "ended", label: "Ended" },
  { value: "all", label: "All" },
] as const;
const kinds = ["metric", "vector"] as const;
const kindOptions = [
  { value: "metric", label: "Single metrics" },
  { value: "vector", label: "Whole services" },
] as const;
const modes = ["paging", "shadow"] as const;
const modeOptions = [
  { value: "paging", label: "May page" },
  { value: "shadow", label: "Watching only" },
] as const;
const sensitivityOptions = sensitivities.map((value) => ({ value, label: sensitivityWords[value] }));

/** What is unusual, where, and how much? */
export default function AnomaliesPage() {
  const [params, patch] = useUrlState();
  const state = oneOf(params.get("state"), states) ?? "open";
  const kind = oneOf(params.get("kind"), kinds);
  const mode = oneOf(params.get("mode"), modes);
  const sensitivity = oneOf(params.get("sensitivity"), sensitivities) ?? "medium";
  const service = params.get("service") ?? "";
  const metric = params.get("metric") ?? "";
  const anomalies = usePages<AnomalyList>(
    ["anomalies", "list"],
    "/api/anomalies",
    { state: state === "all" ? "" : state, kind, mode, sensitivity, service, metric },
    { refetchMs: 30_000 },
  );
  const list = useListKeys<HTMLElement>();
  const items = itemsOf(anomalies.data);
  const isNarrowed = Boolean(kind || mode || service || metric);
  return (
    <Page title="Anomalies">
      <AnomalyTabs />
      <div className="filters">
        <Segmented
          label="State"
          value={state}
          options={stateOptions}
          onValue={(value) => patch({ state: value })}
        />
        <FilterSelect
          label="Sensitivity"
          value={sensitivity === "medium" ? "" : sensitivity}
          any={sensitivityWords.medium}
          options={sensitivityOptions.filter(({ value }) => value !== "medium")}
          onValue={(value) => patch({ sensitivity: value })}
        />
        <FilterSelect
          label="Kind"
          value={kind ?? ""}
          any="Metrics and services"
          options={kindOptions}
          onValue={(value) => patch({ kind: value })}
        />
        <FilterSelect
          label="Mode"
          value={mode ?? ""}
          any="Paging or not"
          options={modeOptions}
          onValue={(value) => patch({ mode: value })}
        />
        <TextFilter label="Service" text={service} onText={(value) => patch({ service: value })} />
        <TextFilter label="Metric" text={metric} onText={(value) => patch({ metric: value })} />
        {isNarrowed && (
          <Button
            look="ghost"
            icon="close"
            onClick={() => patch({ kind: null, mode: null, service: null, metric: null })}
          >
            Clear
          </Button>
        )}
      </div>
      <section className="panel" aria-label="Anomalies" ref={list}>
        <Await of={anomalies}>
          {() => (
            <>
              {items.map((anomaly) => (
                <AnomalyRow key={anomaly.id} anomaly={anomaly} />
              ))}
              {items.length === 0 && !anomalies.hasNextPage && (
                <Nothing isOpen={state === "open"} isNarrowed={isNarrowed} />
              )}
              <LoadMore list={anomalies} />
            </>
          )}
        </Await>
      </section>
    </Page>
  );
}

function TextFilter({ label, text, onText }: { label: string; text: string; onText(text: string): void }) {
  const [typed, setTyped] = useState(text);
  useEffect(() => setTyped(text), [text]);
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        onText(typed.trim());
      }}
    >
      <input
        className="input"
        aria-label={label}
        placeholder={label.toLowerCase()}
        value={typed}
        onChange={(event) => setTyped(event.target.value)}
        onBlur={() => onText(typed.trim())}
      />
    </form>
  );
}

function Nothing({ isOpen, isNarrowed }: { isOpen: boolean; isNarrowed: boolean }) {
  if (isNarrowed) {
    return (
      <Empty title="No anomaly is like that">
        <p>Nothing here has this kind, mode, service and metric together. Clear a filter to see more.</p>
      </Empty>
    );
  }
  return (
    <Empty
      title={isOpen ? "Nothing unusual" : "No anomaly so far"}
      actions={<ButtonLink to="/anomalies/detectors">See the detectors</ButtonLink>}
    >
      <p>
        Every metric is watched by itself, with no rule to write. A new series is learned first: the first
        verdicts come after some hundred points.
      </p>
    </Empty>
  );
}
