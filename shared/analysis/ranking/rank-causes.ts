import { callGaps, gapFindings } from "./call-gaps.ts";
import type { CauseCase } from "./case.ts";
import { excessFlow } from "./excess-flow.ts";
import type { Finding } from "./finding.ts";
import { logFindings } from "./log-patterns.ts";
import { lostCallFindings } from "./lost-calls.ts";
import { metricChange } from "./metric-change.ts";
import { type Harm, metricFindings } from "./metric-findings.ts";
import { metricKind } from "./metric-kind.ts";
import { ownTimeFindings } from "./own-time.ts";
import type { RankedCause } from "./ranked-cause.ts";
import { operationChanges } from "./spans.ts";
import { topologyOf } from "./topology.ts";
import { weighFindings } from "./weigh-findings.ts";

/**
 * Ranks what most likely caused the alert of this case, the likeliest first, at most 50 causes, one per service.
 * Pure and deterministic: the answer depends on the case alone, and on no service's name.
 */
export function rankCauses(given: CauseCase): RankedCause[] {
  return weighFindings(given, gatherFindings(given));
}

/** All evidence of a case, unweighed. */
export function gatherFindings(given: CauseCase): Finding[] {
  const topology = topologyOf(given);
  const changes = given.series.map((series) => metricChange(series, given.alertTime));
  const operations = operationChanges(given);
  const gaps = callGaps(operations, changes);
  const harm = harmOf(given);
  return [
    ...metricFindings(changes, topology, harm),
    ...excessFlow(changes, topology, harm),
    ...gapFindings(gaps, changes),
    ...ownTimeFindings(operations, gaps, changes),
    ...lostCallFindings(operations, given.traces?.afterMinutes ?? 1),
    ...logFindings(given.logs ?? [], given.alertTime),
  ];
}

function harmOf({ target }: CauseCase): Harm {
  const signal = target.metric === null ? undefined : metricKind(target.metric, "").signal;
  return signal === "availability" || signal === "errors" ? "availability" : "latency";
}
