import type { Deployment } from "../deployments/schemas.ts";
import type { IncidentRecord } from "../incidents/index.ts";
import type { IncidentAlert } from "../incidents/schemas.ts";
import type { Measured } from "./measure.ts";
import type { Precedent } from "./ranking/case.ts";
import type { Reach } from "./reach.ts";
import type { Evidence } from "./schemas.ts";

/** The time an analysis looks at, ms: calm history, then trouble. */
export interface Window {
  fromMs: number;
  /** When the first alert of the incident began. */
  startMs: number;
  toMs: number;
}

/** What an analysis is about. */
export interface Scope {
  incident: IncidentRecord;
  alerts: readonly IncidentAlert[];
  /** The metric that the first alert's rule watches; null where the rule is gone. */
  targetMetric: string | null;
  reach: Reach;
}

/** What one source of evidence found, and what of it the ranking is to weigh. */
export interface Found {
  evidence: Evidence[];
  measured?: Measured[];
  deployments?: Deployment[];
  precedents?: Precedent[];
  /** What it could not see: sentences for the list of gaps. */
  missed?: { what: string; remedy: string; link: string | null }[];
}

/** Looks for evidence of one kind; the next kind of evidence is one more of these in the list. */
export interface EvidenceSource<Deps> {
  name: string;
  find(scope: Scope, window: Window, deps: Deps): Promise<Found>;
}
