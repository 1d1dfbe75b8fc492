import type { ReactNode } from "react";
import type { AiUsage } from "../../../../shared/models/schemas.ts";
import { ToneMark } from "../../components/marks.tsx";
import { Panel } from "../../components/panel.tsx";
import { Value } from "../../components/value.tsx";
import { dollars, outcomeLooks, purposeWords, share } from "./ai-words.ts";

interface Part {
  key: string;
  name: ReactNode;
  measured: AiUsage["total"];
}

const columns = ["Calls", "From the cache", "Tokens read", "Tokens written", "Dollars", "Latency"];

/** What the models were asked for, which of them, and how it ended. */
export function AiParts({ usage: { byPurpose, byModel, byOutcome } }: { usage: AiUsage }) {
  return (
    <Panel title="Where it goes" flush>
      <div className="table-scroll">
        <table className="table ai-table">
          <thead>
            <tr>
              <th scope="col">
                <span className="sr-only">Of what</span>
              </th>
              {columns.map((column) => (
                <th key={column} scope="col" className="num">
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <Parts
            title="What for"
            parts={byPurpose.map((one) => ({
              key: one.purpose,
              name: purposeWords[one.purpose],
              measured: one,
            }))}
          />
          <Parts
            title="Which model"
            parts={byModel.map((one) => ({
              key: one.model,
              name: <span className="mono">{one.model}</span>,
              measured: one,
            }))}
          />
          <Parts
            title="How it ended"
            parts={byOutcome.map((one) => ({
              key: one.outcome,
              name: <Outcome outcome={one.outcome} />,
              measured: one,
            }))}
          />
        </table>
      </div>
    </Panel>
  );
}

function Outcome({ outcome }: { outcome: AiUsage["byOutcome"][number]["outcome"] }) {
  const { word, tone, filled } = outcomeLooks[outcome];
  return (
    <ToneMark tone={tone} filled={filled}>
      {word}
    </ToneMark>
  );
}

function Parts({ title, parts }: { title: string; parts: readonly Part[] }) {
  return (
    <tbody>
      <tr className="ai-part">
        <th scope="rowgroup" colSpan={columns.length + 1}>
          {title}
        </th>
      </tr>
      {parts.map(({ key, name, measured }) => (
        <tr key={key}>
          <td>{name}</td>
          <td className="num">{measured.calls.toLocaleString("en")}</td>
          <td className="num">{share(measured.cached, measured.calls)}</td>
          <td className="num">
            <Value value={measured.inputTokens} unit={null} />
          </td>
          <td className="num">
            <Value value={measured.outputTokens} unit={null} />
          </td>
          <td className="num">{dollars(measured.costUsd)}</td>
          <td className="num">
            <Value value={measured.calls === 0 ? null : measured.averageLatencyMs} unit="ms" />
          </td>
        </tr>
      ))}
    </tbody>
  );
}
