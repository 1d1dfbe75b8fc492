import type { MetricStore } from "../metrics/index.ts";
import { parseMatchers } from "../platform/labels/matchers.ts";
import type { Proposed } from "./hypotheses.ts";
import { metricLink } from "./links.ts";
import { plainWords, spellSpan } from "./plain-words.ts";
import { median } from "./ranking/robust.ts";
import type { EvidenceQuery, Refutation } from "./schemas.ts";
import type { Scope, Window } from "./scope.ts";

/** How much one observation moves a score. */
export const moves = { stands: 0.05, weakened: -0.1, refuted: -0.25, "not-observable": 0 } as const;

const beforeMs = 10 * 60_000;
const shortestMs = 60_000;
const newestSteps = 3;
/** What differs by less is no order: samples come when they come. */
const tellsOrderMs = 60_000;

interface Looked {
  outcome: Refutation["outcome"];
  found: string;
}

/** The first moment at which the metric that was alerted on, or any of that service, left its history, ms. */
export interface Suffering {
  changedAtMs: number | undefined;
}

/**
 * Asks the metrics, afresh, for the one observation that would speak against the hypothesis, and says what it came
 * to: a cause moved before what suffers from it, was well before the change that is blamed, and is still off while
 * the incident goes on.
 */
export async function refute(
  tenantId: string,
  proposed: Proposed,
  scope: Scope,
  window: Window,
  suffering: Suffering,
  metrics: Pick<MetricStore, "query">,
): Promise<Refutation> {
  const { cause, measured, changedAtMs } = proposed;
  const observation = observationOf(proposed, scope);
  if (!measured || changedAtMs === undefined) {
    const found = `No metric of ${plainWords(cause.service)} shows when it changed.`;
    return { observation, query: null, link: null, outcome: "not-observable", found, moved: 0 };
  }
  const stepMs = measured.query.stepMs;
  const fromMs = Math.max(window.fromMs, changedAtMs - beforeMs);
  const toMs = Math.max(window.toMs, fromMs + shortestMs);
  const query: EvidenceQuery = { ...measured.query, fromMs, toMs, stepMs };
  const answer = await metrics.query(tenantId, {
    name: query.name,
    matchers: parseMatchers(query.match),
    aggregate: query.aggregate,
    groupBy: [],
    ...{ fromMs, toMs, stepMs },
  });
  const values = answer.groups[0]?.values ?? [];
  const looked = judge(proposed, scope, suffering, values, answer.timesMs, answer.stepMs);
  return { observation, query, link: metricLink(query), ...looked, moved: moves[looked.outcome] };
}

function observationOf({ cause }: Proposed, { reach }: Scope): string {
  const service = plainWords(cause.service);
  const metric = cause.metric === undefined ? "it" : `its ${plainWords(cause.metric)}`;
  if (cause.deployment) {
    return `Were ${plainWords(cause.deployment.version)} not to blame, ${metric} would have been off before that change, or be well again.`;
  }
  if (cause.service !== reach.target) {
    return `Were ${service} not to blame, ${metric} would have moved only after ${plainWords(reach.target)} did, or be well again.`;
  }
  return `Were ${service} not to blame, ${metric} would be well again while the alerts go on.`;
}

/** Pure: what the values say of the hypothesis. */
function judge(
  { cause, changedAtMs = 0, measured }: Proposed,
  { incident, reach }: Scope,
  suffering: Suffering,
  values: readonly (number | null)[],
  timesMs: readonly number[],
  stepMs: number,
): Looked {
  const service = plainWords(cause.service);
  const endOf = (i: number) => (timesMs[i] ?? 0) + stepMs;
  const known = values.flatMap((value, i) => (value === null ? [] : [{ value, atMs: endOf(i) }]));
  const calm = known.filter(({ atMs }) => atMs < changedAtMs - stepMs).map(({ value }) => value);
  const since = known.filter(({ atMs }) => atMs >= changedAtMs).map(({ value }) => value);
  if (calm.length === 0 || since.length === 0 || !measured) {
    return { outcome: "not-observable", found: "There are no values on both sides of the change." };
  }
  const sufferedMs = suffering.changedAtMs;
  const order = Math.max(2 * stepMs, tellsOrderMs);
  if (cause.service !== reach.target && sufferedMs !== undefined && changedAtMs > sufferedMs + order) {
    const late = spellSpan(changedAtMs - sufferedMs);
    return { outcome: "refuted", found: `${service} moved ${late} after ${plainWords(reach.target)}.` };
  }
  const usual = median(calm);
  const extreme = since.reduce(
    (far, value) => (Math.abs(value - usual) > Math.abs(far - usual) ? value : far),
    usual,
  );
  const now = median(since.slice(-newestSteps));
  if (incident.firingCount > 0 && Math.abs(now - usual) < Math.abs(extreme - usual) / 4) {
    return {
      outcome: "weakened",
      found: `${service} is well again, and ${incident.firingCount} of the incident's alerts still fire.`,
    };
  }
  if (Math.abs(extreme - usual) === 0) {
    return { outcome: "weakened", found: `Looked at afresh, ${service} did not move.` };
  }
  const inTime = cause.service === reach.target ? "" : ` and moved no later than ${plainWords(reach.target)}`;
  return { outcome: "stands", found: `${service} is still off what is usual for it${inTime}.` };
}
