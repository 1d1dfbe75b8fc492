import { Link } from "react-router";
import type { Evidence } from "../../../../shared/analysis/schemas.ts";
import { Icon, type IconName } from "../../components/icon.tsx";
import { Time } from "../../components/time.tsx";

const icons: Record<Evidence["kind"], IconName> = {
  alert: "alerts",
  change: "metrics",
  anomaly: "anomalies",
  deployment: "deploy",
  configuration: "edit",
  "similar-incident": "incidents",
  "log-pattern": "copy",
  "error-group": "incidents",
  topology: "link",
};

/** Pieces of evidence, each one a link that opens it again where it was found. */
export function EvidenceList({ pieces, label }: { pieces: readonly Evidence[]; label: string }) {
  return (
    <ul className="evidence" aria-label={label}>
      {pieces.map((piece) => (
        <li key={piece.id}>
          <Icon name={icons[piece.kind]} size={14} />
          <Link to={piece.link}>{piece.summary}</Link>
          <span className="quiet small">
            <Time at={piece.at} as="clock" />
          </span>
        </li>
      ))}
    </ul>
  );
}

export const piecesOf = (evidence: readonly Evidence[], ids: readonly string[]): Evidence[] =>
  ids.flatMap((id) => evidence.find((piece) => piece.id === id) ?? []);
