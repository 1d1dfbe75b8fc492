/** What speaks for a cause, each from 0 (nothing seen, or nothing to see) to 1: the strongest finding of its kind. */
export interface CauseParts {
  /** How far its own metrics left their history. */
  changeStrength: number;
  /** How long before the alert it changed; 1 for ten minutes or more. */
  timeOrder: number;
  /** How much waiting or failure it adds that the services it calls do not account for. */
  topology: number;
  /** Its own time, time lost on the way to it, and lost or failing calls, in traces. */
  traces: number;
  /** New patterns of failure in its log, and patterns that stopped. */
  logs: number;
  /** How shortly before the alert it was deployed. */
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
