import type { AiUsage } from "../../../../shared/models/schemas.ts";
import { Panel } from "../../components/panel.tsx";
import { dollars } from "./ai-words.ts";
import { Meter } from "./meter.tsx";

const whole = (amount: number) => amount.toLocaleString("en");
const kinds = [
  { key: "costUsd", name: "Dollars", spell: dollars },
  { key: "tokens", name: "Tokens", spell: whole },
  { key: "calls", name: "Calls", spell: whole },
] as const;

/** What of today's budget is used; beyond it no model is asked. */
export function AiBudget({ budget }: { budget: AiUsage["budget"] }) {
  return (
    <Panel title="Today's budget" aside={<span className="quiet small push">anew at midnight UTC</span>}>
      <ul className="meters">
        {kinds.map(({ key, name, spell }) => (
          <li key={key}>
            <Meter name={name} used={budget[key].used} of={budget[key].limit}>
              {spell(budget[key].used)} of {spell(budget[key].limit)}
            </Meter>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
