import type { Claim, Evidence, Explanation } from "../../../../shared/analysis/schemas.ts";
import { Cited } from "./cited.tsx";

interface ExplanationTextProps {
  explanation: Explanation;
  evidence: readonly Evidence[];
}

/** What to do, what is affected, how it is kept from coming back; who wrote it is said, and every claim cites evidence. */
export function ExplanationText({ explanation, evidence }: ExplanationTextProps) {
  const { origin, model, rootCause, affected, steps, prevention, summary, struckClaims } = explanation;
  const list = (claims: readonly Claim[]) =>
    claims.map((claim) => (
      <li key={claim.text}>
        <Cited claim={claim} evidence={evidence} />
      </li>
    ));
  return (
    <div className="explanation">
      {rootCause && (
        <p>
          <Cited claim={rootCause} evidence={evidence} />
        </p>
      )}
      {steps.length > 0 && (
        <section>
          <h4>What to do</h4>
          <ol>{list(steps)}</ol>
        </section>
      )}
      {affected.length > 0 && (
        <section>
          <h4>What is affected</h4>
          <ul>{list(affected)}</ul>
        </section>
      )}
      <details>
        <summary>In plain words, and how to keep it from coming back</summary>
        {summary.split(/\n{2,}/).map((paragraph) => (
          <p key={paragraph}>{paragraph}</p>
        ))}
        {prevention.length > 0 && <ul>{list(prevention)}</ul>}
      </details>
      <p className="quiet small">
        {origin === "model"
          ? `Written by ${model ?? "a model"} from the evidence below`
          : "Written by rules from the evidence below, no model"}
        {struckClaims > 0 &&
          `; ${struckClaims === 1 ? "1 claim" : `${struckClaims} claims`} without evidence struck out`}
        . The ranking and its scores are computed, never a model's.
      </p>
    </div>
  );
}
