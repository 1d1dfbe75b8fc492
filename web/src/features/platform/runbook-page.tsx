import { Link, useParams } from "react-router";
import { healthMetrics } from "../../../../shared/health/schemas.ts";
import { ButtonLink } from "../../components/button.tsx";
import { Page, Panel } from "../../components/panel.tsx";
import { Await, Empty } from "../../components/states.tsx";
import { Value } from "../../components/value.tsx";
import { withQuery } from "../../lib/api.ts";
import { useNow } from "../../lib/clock.ts";
import { HealthMark } from "./health-mark.tsx";
import { errorRate, type FunctionNumbers, judge } from "./judge.ts";
import { RunbookText } from "./runbook-text.tsx";
import { type Runbook, runbookOf } from "./runbooks.ts";
import { type HealthAnswers, readHealth, useHealth } from "./use-health.ts";
import "./health.css";

const back = { to: "/health", label: "Health" };

/** What does it mean, and what do I do? */
export default function RunbookPage() {
  const { name = "" } = useParams();
  const runbook = runbookOf(name);
  if (!runbook)
    return (
      <Page title="There is no such function" back={back}>
        <Empty title={`Nothing here is called “${name}”`}>
          <p>
            It may be of another version. All functions stand under <Link to="/health">Health</Link>.
          </p>
        </Empty>
      </Page>
    );
  if (!runbook.ofFunction)
    return (
      <Page title={runbook.title} back={back}>
        <Panel title="What to do">
          <RunbookText markdown={runbook.body} />
        </Panel>
      </Page>
    );
  return <OfFunction runbook={runbook} />;
}

function OfFunction({ runbook }: { runbook: Runbook }) {
  const asked = useHealth();
  const match = `{function="${runbook.name}"}`;
  return (
    <Page
      title={runbook.name}
      back={back}
      subtitle={`Without it: ${runbook.title}.`}
      actions={
        <ButtonLink to={withQuery("/metrics", { name: healthMetrics.durationP95, match, agg: "max" })}>
          Its durations
        </ButtonLink>
      }
    >
      <div className="runbook-page">
        <Panel title="What to do">
          <RunbookText markdown={runbook.body} />
        </Panel>
        <Panel title="Now">
          <Await of={asked}>{() => asked.data && <Facts answers={asked.data} name={runbook.name} />}</Await>
        </Panel>
      </div>
    </Page>
  );
}

function Facts({ answers, name }: { answers: HealthAnswers; name: string }) {
  const [numbers] = readHealth(answers, [name], useNow()).functions;
  if (!numbers) return null;
  return (
    <dl className="facts">
      <dt>State</dt>
      <dd>
        <HealthMark state={judge(numbers)} />
      </dd>
      {factsOf(numbers).map(([label, value, unit]) => (
        <Fact key={label} label={label} value={value} unit={unit} />
      ))}
    </dl>
  );
}

function factsOf(numbers: FunctionNumbers): [string, number | null, string | null][] {
  const { handled, failed, waiting, oldestS, parked, p95Ms } = numbers;
  return [
    ["Records handled", handled, null],
    ["Records failed", failed, null],
    ["Share that failed", errorRate(numbers), "1"],
    ["Waiting", waiting, null],
    ["Oldest waits", oldestS, "s"],
    ["Given up on", parked, null],
    ["p95 duration", p95Ms, "ms"],
  ];
}

function Fact({ label, value, unit }: { label: string; value: number | null; unit: string | null }) {
  return (
    <>
      <dt>{label}</dt>
      <dd>
        <Value value={value} unit={unit} />
      </dd>
    </>
  );
}
