import type { Severity } from "../../../events/alerts.ts";
import type { IncidentState } from "../../../events/incidents.ts";
import type { AlertState } from "../../../shared/alerts/schemas.ts";
import "./marks.css";

const shapes: Record<Severity, { path: string; word: string }> = {
  critical: { path: "M4.2 1h5.6L13 4.2v5.6L9.8 13H4.2L1 9.8V4.2Z", word: "Critical" },
  warning: { path: "M7 1.2 13.4 12.6H.6Z", word: "Warning" },
  info: { path: "M7 13A6 6 0 1 0 7 1a6 6 0 0 0 0 12Z", word: "Info" },
};

/** Severity as shape, word and colour: an octagon, a triangle, a ring. */
export function SeverityMark({ severity, wordless = false }: { severity: Severity; wordless?: boolean }) {
  const { path, word } = shapes[severity];
  const ring = severity === "info";
  return (
    <span className={`mark mark-${severity}`} title={wordless ? word : undefined}>
      <svg width="14" height="14" viewBox="0 0 14 14" aria-hidden="true">
        <path
          d={path}
          fill={ring ? "none" : "currentColor"}
          stroke="currentColor"
          strokeWidth={ring ? 2 : 1}
          strokeLinejoin="round"
        />
      </svg>
      {wordless ? <span className="sr-only">{word}</span> : word}
    </span>
  );
}

const incidentLook: Record<IncidentState, { word: string; tone: string; filled: number }> = {
  DETECTED: { word: "Detected", tone: "critical", filled: 0 },
  ACKNOWLEDGED: { word: "Acknowledged", tone: "warning", filled: 0.25 },
  INVESTIGATING: { word: "Investigating", tone: "accent", filled: 0.5 },
  MITIGATED: { word: "Mitigated", tone: "info", filled: 0.75 },
  RESOLVED: { word: "Resolved", tone: "good", filled: 1 },
  LEARNED: { word: "Learned", tone: "calm", filled: 1 },
};

export const incidentStateWord = (state: IncidentState): string => incidentLook[state].word;

/** How far an incident has come, as a disc that fills. */
export function IncidentStateMark({ state }: { state: IncidentState }) {
  const { word, tone, filled } = incidentLook[state];
  return (
    <span className={`mark mark-${tone}`}>
      <Disc filled={filled} />
      {word}
    </span>
  );
}

const alertLook: Record<AlertState, { word: string; tone: string; filled: number }> = {
  firing: { word: "Firing", tone: "critical", filled: 1 },
  pending: { word: "Pending", tone: "warning", filled: 0.5 },
  resolved: { word: "Resolved", tone: "good", filled: 0 },
  inactive: { word: "Inactive", tone: "calm", filled: 0 },
};

export function AlertStateMark({ state }: { state: AlertState }) {
  const { word, tone, filled } = alertLook[state];
  return (
    <span className={`mark mark-${tone}`}>
      <Disc filled={filled} />
      {word}
    </span>
  );
}

export type Tone = "good" | "critical" | "warning" | "info" | "calm" | "accent";

/** Any other state: a disc and a word. */
export function ToneMark({ tone, filled = 1, children }: { tone: Tone; filled?: number; children: string }) {
  return (
    <span className={`mark mark-${tone}`}>
      <Disc filled={filled} />
      {children}
    </span>
  );
}

function Disc({ filled }: { filled: number }) {
  const circumference = 2 * Math.PI * 1.5;
  return (
    <svg width="14" height="14" viewBox="0 0 14 14" fill="none" stroke="currentColor" aria-hidden="true">
      <circle cx="7" cy="7" r="5.5" strokeWidth="1.5" />
      {filled > 0 && (
        <circle
          cx="7"
          cy="7"
          r="1.5"
          strokeWidth="3"
          strokeDasharray={`${circumference * filled} ${circumference}`}
          transform="rotate(-90 7 7)"
        />
      )}
    </svg>
  );
}

export function Labels({ labels, limit }: { labels: Readonly<Record<string, string>>; limit?: number }) {
  const all = Object.entries(labels);
  const shown = limit === undefined ? all : all.slice(0, limit);
  if (all.length === 0) return null;
  return (
    <ul className="labels" aria-label="Labels">
      {shown.map(([name, value]) => (
        <li key={name} className="label" title={`${name}=${value}`}>
          <b>{name}</b>
          <span>{value}</span>
        </li>
      ))}
      {shown.length < all.length && <li className="label">+{all.length - shown.length}</li>}
    </ul>
  );
}
