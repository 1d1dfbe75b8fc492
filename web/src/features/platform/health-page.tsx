import { Page, Panel } from "../../components/panel.tsx";
import { Await, Empty, SkeletonRows } from "../../components/states.tsx";
import { Time } from "../../components/time.tsx";
import { useNow } from "../../lib/clock.ts";
import { useListKeys } from "../../lib/list-keys.ts";
import { FunctionRow } from "./function-row.tsx";
import { type FunctionNumbers, gravestFirst, isTrouble, judge } from "./judge.ts";
import { functionRunbooks } from "./runbooks.ts";
import { type Health, type HealthAnswers, readHealth, useHealth } from "./use-health.ts";
import "./health.css";

const impactOf = new Map(functionRunbooks.map(({ name, title }) => [name, title]));

/** Is SentinelOps itself well? */
export default function HealthPage() {
  const asked = useHealth();
  if (!asked.data)
    return (
      <Page title="Health" subtitle="SentinelOps, as it measures itself.">
        <Panel title="Functions" flush>
          <Await of={asked} skeleton={<SkeletonRows rows={8} />}>
            {() => null}
          </Await>
        </Panel>
      </Page>
    );
  return <Known answers={asked.data} />;
}

function Known({ answers }: { answers: HealthAnswers }) {
  const now = useNow();
  const list = useListKeys<HTMLDivElement>();
  const health = readHealth(answers, [...impactOf.keys()], now);
  const troubled = health.functions.filter((one) => isTrouble(judge(one))).sort(gravestFirst);
  const others = health.functions.filter((one) => !isTrouble(judge(one))).sort(gravestFirst);
  if (health.measuredMs === null) return <NoNumbers />;
  const calm = troubled.length === 0 && !health.isStale;
  return (
    <Page
      title={headline(health, troubled)}
      subtitle={<Subtitle health={health} />}
      headline={calm ? "calm" : "grave"}
    >
      <div className="stack" ref={list}>
        {health.isStale && (
          <p className="notice notice-warning" role="status">
            Nothing has been measured for a while, so what stands here is old. If nothing else is wrong, look
            at platform-watch.
          </p>
        )}
        <Functions title="In trouble" functions={troubled} />
        <Functions title={troubled.length > 0 ? "All others" : "Functions"} functions={others} />
      </div>
    </Page>
  );
}

function Subtitle({ health: { measuredMs } }: { health: Health }) {
  return (
    <>
      SentinelOps, as it measures itself; the last quarter of an hour up to{" "}
      <Time at={measuredMs ?? 0} as="clock" />.
    </>
  );
}

function Functions({ title, functions }: { title: string; functions: readonly FunctionNumbers[] }) {
  if (functions.length === 0) return null;
  return (
    <Panel title={title} flush aside={<span className="push small quiet">{functions.length}</span>}>
      {functions.map((one) => (
        <FunctionRow key={one.name} numbers={one} impact={impactOf.get(one.name) ?? ""} />
      ))}
    </Panel>
  );
}

function NoNumbers() {
  return (
    <Page title="Health" subtitle="SentinelOps, as it measures itself.">
      <Panel title="Functions" flush>
        <Empty title="Nothing has been measured yet">
          <p>
            On a laptop the first numbers come a few seconds after <code>npm start</code>; with{" "}
            <code>WATCH_HOST=0</code> none do.
          </p>
          <p>
            On AWS they come each half hour, and belong to the installation's first tenant: nobody else sees
            them.
          </p>
        </Empty>
      </Panel>
    </Page>
  );
}

function headline({ isStale }: Health, troubled: readonly FunctionNumbers[]): string {
  if (troubled.length === 1) return "One function is in trouble";
  if (troubled.length > 1) return `${troubled.length} functions are in trouble`;
  return isStale ? "Our own numbers have stopped" : "SentinelOps is well";
}
