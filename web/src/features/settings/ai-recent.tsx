import { Link } from "react-router";
import type { ModelCall } from "../../../../shared/models/schemas.ts";
import { ToneMark } from "../../components/marks.tsx";
import { Panel } from "../../components/panel.tsx";
import { Empty } from "../../components/states.tsx";
import { Time } from "../../components/time.tsx";
import { Value } from "../../components/value.tsx";
import { dollars, outcomeLooks, purposeWords } from "./ai-words.ts";

/** The latest calls, one by one. */
export function AiRecent({ calls }: { calls: readonly ModelCall[] }) {
  return (
    <Panel title="Latest calls" flush>
      {calls.length === 0 ? (
        <Empty title="No call today or yesterday">
          <p>A model is asked when an incident has been analysed, or when somebody asks a question of one.</p>
        </Empty>
      ) : (
        <div className="table-scroll">
          <table className="table ai-table">
            <thead>
              <tr>
                <th scope="col">When</th>
                <th scope="col">How it ended</th>
                <th scope="col">What for</th>
                <th scope="col">Model</th>
                <th scope="col" className="num">
                  Tokens
                </th>
                <th scope="col" className="num">
                  Dollars
                </th>
                <th scope="col" className="num">
                  Latency
                </th>
              </tr>
            </thead>
            <tbody>
              {calls.map((call, index) => (
                <Call key={`${call.at} ${index}`} call={call} />
              ))}
            </tbody>
          </table>
        </div>
      )}
    </Panel>
  );
}

function Call({ call }: { call: ModelCall }) {
  const look = outcomeLooks[call.outcome];
  return (
    <tr>
      <td>
        <Time at={call.at} />
      </td>
      <td>
        <ToneMark tone={look.tone} filled={look.filled}>
          {call.cached ? `${look.word} from the cache` : look.word}
        </ToneMark>
      </td>
      <td>
        {call.incidentId === null ? (
          purposeWords[call.purpose]
        ) : (
          <Link to={`/incidents/${call.incidentId}`}>{purposeWords[call.purpose]}</Link>
        )}
      </td>
      <td className="mono">{call.model ?? "–"}</td>
      <td className="num">{(call.inputTokens + call.outputTokens).toLocaleString("en")}</td>
      <td className="num">{call.costUsd === null ? "not known" : dollars(call.costUsd)}</td>
      <td className="num">
        <Value value={call.latencyMs} unit="ms" />
      </td>
    </tr>
  );
}
