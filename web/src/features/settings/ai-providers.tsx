import type { AiUsage } from "../../../../shared/models/schemas.ts";
import { ToneMark } from "../../components/marks.tsx";
import { Panel } from "../../components/panel.tsx";
import { Time } from "../../components/time.tsx";
import { circuitLooks } from "./ai-words.ts";

/** Who is asked, in that order, and whether they are asked just now. */
export function AiProviders({ providers }: { providers: AiUsage["providers"] }) {
  return (
    <Panel title="Providers">
      <ol className="ai-providers">
        {providers.map(({ name, model, fastModel, state, openUntil, reason }, index) => {
          const look = circuitLooks[state];
          return (
            <li key={name}>
              <b className="ai-provider-name">{name}</b>
              <ToneMark tone={look.tone} filled={look.filled}>
                {look.word}
              </ToneMark>
              <span className="quiet small">
                {index === 0 ? "asked first" : "asked where those before it fail"}
                {fastModel === model ? "" : `; small questions go to ${fastModel}`}
              </span>
              {openUntil !== null && (
                <span className="small">
                  Not asked until <Time at={openUntil} as="clock" />
                </span>
              )}
              {reason !== null && <span className="small">{reason}</span>}
            </li>
          );
        })}
      </ol>
    </Panel>
  );
}
