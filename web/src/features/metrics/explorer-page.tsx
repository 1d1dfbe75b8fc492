import { ButtonLink } from "../../components/button.tsx";
import { CopyButton } from "../../components/copy.tsx";
import { Page } from "../../components/panel.tsx";
import { RangePicker } from "../../components/range-picker.tsx";
import { Await, Empty } from "../../components/states.tsx";
import { withQuery } from "../../lib/api.ts";
import { FirstSteps } from "../overview/first-steps.tsx";
import "../overview/overview.css";
import { type ExplorerState, useExplorerState } from "./explorer-state.ts";
import "./explorer.css";
import { useMetricNames } from "./metric-names.ts";
import { MetricPicker } from "./metric-picker.tsx";
import { QueryPanel } from "./query-panel.tsx";

/** How did this metric move, and which series moved it? */
export default function ExplorerPage() {
  const names = useMetricNames();
  const metrics = names.data ?? [];
  const [state, patch] = useExplorerState(metrics);
  return (
    <Page
      title="Metrics"
      actions={
        state.name !== "" && (
          <>
            <CopyButton text={location.href} label="a link to this view" word="Copy link" />
            <ButtonLink icon="alerts" to={ruleFrom(state)}>
              Make an alert rule
            </ButtonLink>
          </>
        )
      }
    >
      <Await of={names}>
        {() =>
          metrics.length === 0 ? (
            <FirstSteps hasMetrics={false} hasRules={false} />
          ) : (
            <div className="explorer">
              <MetricPicker metrics={metrics} picked={state.name} />
              {state.name === "" ? (
                <div className="panel">
                  <Empty title="Pick a metric">
                    <p>
                      Search on the left, or walk the list with j and k. The address keeps what you look at.
                    </p>
                  </Empty>
                </div>
              ) : (
                <div className="stack">
                  <div className="row wrap">
                    <h2 className="mono">{state.name}</h2>
                    <span className="push">
                      <RangePicker range={state.range} onRange={({ from, to }) => patch({ from, to })} />
                    </span>
                  </div>
                  <QueryPanel
                    key={state.name}
                    state={state}
                    metric={metrics.find((metric) => metric.name === state.name)}
                    patch={patch}
                  />
                </div>
              )}
            </div>
          )
        }
      </Await>
    </Page>
  );
}

function ruleFrom({ name, match, aggregate, groupBy }: ExplorerState): string {
  const query = { metric: name, match: match === "{}" ? "" : match, agg: aggregate, by: groupBy.join(",") };
  return withQuery("/alerts/rules/new", query);
}
