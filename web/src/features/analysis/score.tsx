import type { Hypothesis, ScoreParts } from "../../../../shared/analysis/schemas.ts";
import { scoreWeights } from "../../lib/contract.ts";

const words: Readonly<Record<keyof ScoreParts, string>> = {
  signalStrength: "Signal strength",
  timeCorrelation: "Came at the right time",
  precedent: "Happened before",
  evidenceQuality: "Quality of evidence",
  humanValidation: "People agreed",
};
const parts = Object.keys(words) as (keyof ScoreParts)[];

/** How far a hypothesis is borne out: a bar and a share of the whole. */
export function Score({ score }: { score: number }) {
  const percent = Math.round(score * 100);
  return (
    <span className="score" title={`${percent} of 100, computed from the parts below`}>
      <svg viewBox="0 0 100 1" preserveAspectRatio="none" aria-hidden="true">
        <rect className="score-track" width="100" height="1" />
        <rect className="score-fill" width={percent} height="1" />
      </svg>
      <span>
        <span className="sr-only">Score </span>
        {percent}
      </span>
    </span>
  );
}

/** What the score is made of: every part with its weight, and what the refuting observation moved. */
export function ScoreSums({ hypothesis: { parts: known, refutation } }: { hypothesis: Hypothesis }) {
  return (
    <dl className="score-parts">
      {parts.map((key) => (
        <div key={key}>
          <dt>{words[key]}</dt>
          <dd>
            <Score score={known[key]} /> <span className="quiet">× {scoreWeights[key].toFixed(2)}</span>
          </dd>
        </div>
      ))}
      {refutation.moved !== 0 && (
        <div>
          <dt>Put to the test</dt>
          <dd>
            {refutation.moved > 0 ? "+" : "−"}
            {Math.round(Math.abs(refutation.moved) * 100)}
          </dd>
        </div>
      )}
    </dl>
  );
}
