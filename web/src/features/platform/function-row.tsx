import { Link } from "react-router";
import { Sparkline } from "../../components/sparkline.tsx";
import { Value } from "../../components/value.tsx";
import { formatQuantity } from "../../lib/quantity.ts";
import { HealthMark } from "./health-mark.tsx";
import { errorRate, type FunctionNumbers, isTrouble, judge } from "./judge.ts";

const sparkHeight = 28;

/** One function: how it does, what is lost where it does not, and its numbers; leads to its runbook. */
export function FunctionRow({ numbers, impact }: { numbers: FunctionNumbers; impact: string }) {
  const { name, waiting, oldestS, parked, p95Ms, p95s } = numbers;
  const state = judge(numbers);
  return (
    <Link className={`list-row function-row function-${state}`} to={`/health/${name}`} data-row>
      <HealthMark state={state} />
      <span className="function-what">
        <span className="list-title">{isTrouble(state) ? capital(impact) : name}</span>
        {isTrouble(state) && <span className="list-sub mono">{name}</span>}
      </span>
      <Fact label="Failed" value={errorRate(numbers)} unit="1" />
      <Fact label="Oldest waits" value={waiting === 0 ? 0 : oldestS} unit="s" />
      <Fact label="Given up on" value={parked} unit={null} />
      <Fact label="p95" value={p95Ms} unit="ms" />
      <span className="function-chart">
        {p95Ms !== null && (
          <Sparkline
            values={p95s}
            height={sparkHeight}
            label={`p95 duration of ${name}, last three hours, now ${formatQuantity(p95Ms, "ms")}`}
          />
        )}
      </span>
    </Link>
  );
}

/** What was not measured keeps its place and says nothing. */
function Fact({ label, value, unit }: { label: string; value: number | null; unit: string | null }) {
  if (value === null) return <span className="function-fact" />;
  return (
    <span className="function-fact">
      <span className="function-label">{label}</span>
      <Value value={value} unit={unit} />
    </span>
  );
}

export function capital(sentence: string): string {
  return sentence.charAt(0).toUpperCase() + sentence.slice(1);
}
