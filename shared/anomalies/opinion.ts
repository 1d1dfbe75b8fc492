import { activeOf } from "./detector-record.ts";
import type { DetectorStore } from "./detector-store.ts";
import type { Forest, ForestStore } from "./forest-store.ts";
import { isolationOf } from "./isolation-forest.ts";
import type { SecondOpinion } from "./schemas.ts";
import { forestId, type WatchedService } from "./watched-service.ts";

/** One member of a service and what it showed. */
export interface Shown {
  seriesId: string;
  value: number | null;
}

const maxForests = 50;
const none: SecondOpinion = { modelVersion: null, isolation: null, agrees: null };

/** Asks the Isolation Forest of a service. Forests are kept in memory: a version never changes. */
export function makeOpinions(detectors: DetectorStore, forests: ForestStore) {
  const known = new Map<string, Forest | undefined>();
  return async (tenantId: string, watched: WatchedService, row: readonly Shown[]): Promise<SecondOpinion> => {
    const id = forestId(watched);
    const record = await detectors.get(tenantId, id);
    const version = record && activeOf(record)?.version;
    if (version === undefined) return none;
    const key = `${tenantId} ${id} ${version}`;
    if (!known.has(key)) {
      if (known.size >= maxForests) known.clear();
      known.set(key, await forests.load(tenantId, watched, version));
    }
    const forest = known.get(key);
    return forest ? opinionOf(forest, row) : none;
  };
}

export function opinionOf(forest: Forest, row: readonly Shown[]): SecondOpinion {
  const bySeries = new Map(row.map(({ seriesId, value }) => [seriesId, value]));
  const isolation = isolationOf(
    forest.forest,
    forest.seriesIds.map((id) => bySeries.get(id) ?? null),
  );
  return { modelVersion: forest.version, isolation, agrees: isolation > forest.rareAbove };
}
