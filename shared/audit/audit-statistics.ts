import type { Actor } from "../../events/envelope.ts";
import { isoTime } from "../platform/clock.ts";
import type { Ctx } from "../platform/context.ts";
import { refuseNarrowedKey } from "../platform/labels/project.ts";
import type { ChainStore } from "./chain-store.ts";
import type { AuditEntry, AuditStatistics, AuditStatisticsFilter } from "./schemas.ts";
import { spanOf } from "./search-audit.ts";

const defaultSpanMs = 30 * 86_400_000;
const pageSize = 500;
/** Counted while somebody waits; of a longer span the newest. */
const maxEntries = 10_000;
const shown = 20;

/** How much happened, when, what and by whom. */
export async function auditStatistics(
  ctx: Ctx,
  filter: AuditStatisticsFilter,
  chain: ChainStore,
): Promise<AuditStatistics> {
  refuseNarrowedKey(ctx);
  const to = filter.to ?? isoTime(ctx.nowMs);
  const from = filter.from ?? isoTime(Date.parse(to) - defaultSpanMs);
  const span = spanOf({ from, to });
  const entries: AuditEntry[] = [];
  let cursor: string | undefined;
  do {
    const page = await chain.page(ctx.tenantId, span, pageSize, cursor);
    entries.push(...page.items);
    cursor = page.cursor;
  } while (cursor && entries.length < maxEntries);

  const actors = new Map<string, Actor>();
  for (const { actor } of entries) actors.set(`${actor.kind}:${actor.id}`, actor);
  return {
    from: isoTime(Date.parse(from)),
    to: isoTime(Date.parse(to)),
    entries: entries.length,
    complete: cursor === undefined,
    perDay: [...countBy(entries, ({ at }) => at.slice(0, 10))]
      .map(([day, count]) => ({ day, count }))
      .sort((a, b) => (a.day < b.day ? -1 : 1)),
    byAction: mostFrequent(countBy(entries, ({ action }) => action)),
    byResourceType: mostFrequent(countBy(entries, ({ resource }) => resource.type)),
    byActor: mostFrequent(countBy(entries, ({ actor }) => `${actor.kind}:${actor.id}`)).flatMap(
      ({ name, count }) => {
        const actor = actors.get(name);
        return actor ? [{ actor, count }] : [];
      },
    ),
  };
}

function countBy(entries: readonly AuditEntry[], keyOf: (entry: AuditEntry) => string): Map<string, number> {
  const counts = new Map<string, number>();
  for (const entry of entries) counts.set(keyOf(entry), (counts.get(keyOf(entry)) ?? 0) + 1);
  return counts;
}

function mostFrequent(counts: ReadonlyMap<string, number>): { name: string; count: number }[] {
  return [...counts]
    .map(([name, count]) => ({ name, count }))
    .sort((a, b) => b.count - a.count || (a.name < b.name ? -1 : 1))
    .slice(0, shown);
}
