import { Link } from "react-router";
import type { Claim, Evidence } from "../../../../shared/analysis/schemas.ts";

/** A claim with the evidence it stands on as numbered links. */
export function Cited({ claim, evidence }: { claim: Claim; evidence: readonly Evidence[] }) {
  return (
    <>
      {claim.text}{" "}
      {claim.evidenceIds.map((id) => {
        const at = evidence.findIndex((piece) => piece.id === id);
        const piece = evidence[at];
        return (
          piece && (
            <sup key={id}>
              <Link className="cite" to={piece.link} title={piece.summary}>
                {at + 1}
                <span className="sr-only">: {piece.summary}</span>
              </Link>
            </sup>
          )
        );
      })}
    </>
  );
}
