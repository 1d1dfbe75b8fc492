import type { Envelope } from "../../events/envelope.ts";
import { audited } from "../audit/index.ts";
import type { MetricStore } from "../metrics/index.ts";
import type { Ctx } from "../platform/context.ts";
import { derivedId } from "../platform/ids.ts";
import type { AnomalyStore } from "./anomaly-store.ts";
import type { BlockStore } from "./block-store.ts";
import { activeOf, type DetectorRecord, pagingClassesOf } from "./detector-record.ts";
import type { DetectorStore } from "./detector-store.ts";
import type { DirectoryStore } from "./directory-store.ts";
import type { ForestStore } from "./forest-store.ts";
import type { SyntheticCorpora } from "./gate.ts";

export interface RefitDeps {
  anomalies: AnomalyStore;
  blocks: BlockStore;
  directory: DirectoryStore;
  detectors: DetectorStore;
  forests: ForestStore;
  metrics: Pick<MetricStore, "readPoints">;
  synthetic: SyntheticCorpora;
}

/** What a round of refitting has done so far. */
export interface Round {
  detectors: { before: DetectorRecord | undefined; after: DetectorRecord }[];
  /** Services whose watch was begun anew. */
  watchedAnew: string[];
  /** Series that were gone for a week and gave their places up. */
  forgotten: number;
  /** Services of which no series is left. */
  unwatched: string[];
}

export const aRound = (): Round => ({ detectors: [], watchedAnew: [], forgotten: 0, unwatched: [] });

/** What the audit says of a detector: what it is at work with, and what that may do. */
function factsOf(record: DetectorRecord) {
  const active = activeOf(record);
  return {
    activeVersion: record.activeVersion,
    status: active?.status ?? null,
    pagingClasses: pagingClassesOf(record),
    drift: active?.drift?.verdict ?? null,
  };
}
type Facts = ReturnType<typeof factsOf>;

/**
 * The one entry of a round, which `record` owes by being saved: each detector that is not as it was, before and
 * after, and how many were refit, promoted, rolled back and found adrift. None where nothing changed.
 */
export function actOfRound(ctx: Ctx, round: Round, record: DetectorRecord): Envelope[] {
  const changed = round.detectors
    .map(({ before, after }) => ({ id: after.id, before: before && factsOf(before), after: factsOf(after) }))
    .filter(({ before, after }) => JSON.stringify(before) !== JSON.stringify(after));
  const { watchedAnew, forgotten, unwatched } = round;
  if (changed.length + watchedAnew.length + forgotten + unwatched.length === 0) return [];
  const count = (is: (after: Facts, before: Facts | undefined) => boolean) =>
    changed.filter(({ before, after }) => is(after, before)).length;
  const mayPage = (facts: Facts | undefined) => facts?.pagingClasses.length ?? 0;
  const counts = {
    refit: count((after, before) => after.activeVersion !== before?.activeVersion),
    promoted: count((after, before) => mayPage(after) > mayPage(before)),
    rolledBack: count((after, before) => mayPage(after) < mayPage(before)),
    drifted: count((after, before) => after.drift === "drifted" && before?.drift !== "drifted"),
  };
  const told = ({ activeVersion, status, pagingClasses, drift }: Facts) =>
    `version ${activeVersion}, ${status}, pages for ${pagingClasses.join(", ") || "nothing"}, drift ${drift ?? "unknown"}`;
  const entry = audited(ctx, {
    did: "refit",
    resource: { type: "detectors", id: "all" },
    before: Object.fromEntries(changed.flatMap(({ id, before }) => (before ? [[id, told(before)]] : []))),
    after: {
      ...Object.fromEntries(changed.map(({ id, after }) => [id, told(after)])),
      summary: { ...counts, watchedAnew: watchedAnew.length, forgotten, unwatched: unwatched.length },
      ...(watchedAnew.length > 0 ? { watchedAnew } : {}),
      ...(unwatched.length > 0 ? { unwatched } : {}),
    },
    why: `The schedule put the detectors to the test on the newest two days: ${counts.refit} refit, ${counts.promoted} promoted, ${counts.rolledBack} rolled back, ${counts.drifted} drifted; ${watchedAnew.length} services watched anew and ${unwatched.length} no longer, ${forgotten} series forgotten.`,
  });
  return [{ ...entry, id: derivedId("event", "detectors.refit", ctx.tenantId, record.version) }];
}
