/** What speaks for a cause, each from 0 (nothing seen, or nothing to see) to 1. */
export interface CauseParts {
  /** How far its own metrics left their history. */
  changeStrength: number;
  /** How early it changed among what changed. */
  timeOrder: number;
  /** How little of its change the services it calls account for, and how near it is to the alert. */
  topology: number;
  /** Its own time in traces, errors and lost calls. */
  traces: number;
  /** New and missing log patterns. */
  logs: number;
  /** A deployment of its own shortly before the change. */
  deployment: number;
  /** Similar incidents that came from it. */
  precedent: number;
}

export interface RankedCause {
  service: string;
  /** The metric that shows it best, where a metric does. */
  metric?: string;
  /** Higher is likelier; comparable within one case only. */
  score: number;
  parts: CauseParts;
  /** One sentence per piece of evidence, the strongest first. */
  why: string[];
  /** When the metric first left its history, epoch seconds. */
  changedAt?: number;
}
