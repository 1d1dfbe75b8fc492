import { useMemo, useState } from "react";
import { ButtonLink } from "../../components/button.tsx";
import type { ChartThreshold } from "../../components/chart-model.ts";
import { ExploredChart } from "../../components/explored-chart.tsx";
import { Segmented, Switch } from "../../components/field.tsx";
import { Panel } from "../../components/panel.tsx";
import { Await, Empty, SkeletonBlock } from "../../components/states.tsx";
import { withQuery } from "../../lib/api.ts";
import { useNow } from "../../lib/clock.ts";
import { seriesName } from "../../lib/labels.ts";
import { useMayOperate } from "../../lib/session.ts";
import type { Patch } from "../../lib/url-state.ts";
import { type ExplorerState, type Horizon, horizons } from "./explorer-state.ts";
import { forecastLines, mostPressing } from "./forecast-lines.ts";
import { forecastBasis, Outlook } from "./forecast-words.tsx";
import { LimitField } from "./limit-field.tsx";
import { forecastAggregateOf, unitOf } from "./metric-names.ts";
import { useForecast } from "./use-forecast.ts";

const chartHeight = 260;
const horizonOptions = horizons.map(({ value, label }) => ({ value, label }));
const usualHorizon: Horizon = "7d";

interface ForecastPanelProps {
  state: ExplorerState;
  patch(changes: Patch): void;
}

/** Where is this metric heading, and when will it reach a limit? */
export function ForecastPanel({ state, patch }: ForecastPanelProps) {
  const { forecast } = state;
  return (
    <Panel
      title="Where it is heading"
      aside={
        <span className="row wrap push">
          {forecast && (
            <Segmented
              label="How far ahead"
              value={forecast}
              options={horizonOptions}
              onValue={(value) => patch({ forecast: value })}
            />
          )}
          <Switch
            label="Forecast"
            checked={forecast !== undefined}
            onChecked={(on) => patch({ forecast: on ? usualHorizon : null })}
          />
        </span>
      }
    >
      {forecast ? (
        <Forecast state={state} horizon={forecast} patch={patch} />
      ) : (
        <p className="quiet small">
          Looks ahead from the last two weeks, and says when a limit will be reached.
        </p>
      )}
    </Panel>
  );
}

function Forecast({ state, horizon, patch }: ForecastPanelProps & { horizon: Horizon }) {
  const { name, match, groupBy, limit } = state;
  const aggregate = forecastAggregateOf(state.aggregate);
  const horizonMs = horizons.find(({ value }) => value === horizon)?.ms ?? 0;
  const asked = useForecast({ name, match, aggregate, groupBy: groupBy.join(","), horizonMs, limit });
  const unit = unitOf(asked.data?.unit ?? null, aggregate);
  const may = useMayOperate();
  const rule = { type: "forecast", metric: name, match: match === "{}" ? "" : match, agg: aggregate };
  return (
    <div className="stack">
      <div className="forecast-limit">
        <LimitField limit={limit} unit={unit} onLimit={(text) => patch({ limit: text })} />
        {limit !== undefined && may && (
          <ButtonLink
            icon="alerts"
            to={withQuery("/alerts/rules/new", { ...rule, by: groupBy.join(","), limit })}
          >
            Alert before that
          </ButtonLink>
        )}
      </div>
      <Await of={asked} skeleton={<SkeletonBlock height={chartHeight + 80} />}>
        {() =>
          asked.data && (
            <Foreseen result={asked.data} unit={unit} horizonMs={horizonMs} aggregate={aggregate} />
          )
        }
      </Await>
      {aggregate !== state.aggregate && (
        <p className="quiet small">
          {state.aggregate} cannot be told ahead; this is the forecast of {aggregate}.
        </p>
      )}
    </div>
  );
}

interface ForeseenProps {
  result: NonNullable<ReturnType<typeof useForecast>["data"]>;
  unit: string | null;
  horizonMs: number;
  aggregate: string;
}

function Foreseen({ result, unit, horizonMs, aggregate }: ForeseenProps) {
  const now = useNow();
  const [picked, setPicked] = useState<string>();
  const { groups, limit, level, stepMs } = result;
  const shown = groups.find(({ labels }) => JSON.stringify(labels) === picked) ?? mostPressing(groups);
  const lines = useMemo(() => shown && forecastLines(shown, stepMs), [shown, stepMs]);
  const limits = useMemo<ChartThreshold[]>(
    () => (limit === null ? [] : [{ severity: "critical", value: limit, name: "limit" }]),
    [limit],
  );
  const moments = useMemo(() => [{ atMs: now, name: "now" }], [now]);
  if (!shown || !lines) {
    return (
      <Empty title="Nothing to look ahead from">
        <p>No series matches these conditions.</p>
      </Empty>
    );
  }
  const all = groups.map(({ labels }) => labels);
  const name = seriesName(shown.labels, all);
  return (
    <>
      <ExploredChart
        timesMs={lines.timesMs}
        series={lines.series}
        band={lines.band}
        unit={unit}
        height={chartHeight}
        thresholds={limits}
        moments={moments}
        label={`${aggregate} of ${result.name}, ${name}, so far and as foreseen; the sentence below says where it is heading`}
      />
      {groups.length === 1 ? (
        <p className="outlook" aria-live="polite">
          <Outlook group={shown} limit={limit} unit={unit} horizonMs={horizonMs} />
        </p>
      ) : (
        <ul className="outlooks">
          {groups.map((group) => {
            const key = JSON.stringify(group.labels);
            return (
              <li key={key}>
                <button
                  type="button"
                  className="chip"
                  aria-pressed={group === shown}
                  onClick={() => setPicked(key)}
                >
                  {seriesName(group.labels, all)}
                </button>
                <span>
                  <Outlook group={group} limit={limit} unit={unit} horizonMs={horizonMs} />
                </span>
              </li>
            );
          })}
        </ul>
      )}
      {shown.refused === null && <p className="quiet small">{forecastBasis(shown, level)}</p>}
      {result.truncated && <p className="quiet small">More than ten lines: the rest is left out.</p>}
    </>
  );
}
