import type { ActiveSeries, Series } from "../metrics/index.ts";
import type { Ctx } from "../platform/context.ts";
import type { Log } from "../platform/log.ts";

/** Says which of a request's series are new and have no room in the tenant's quota, and why; undefined: all have. */
export type OverQuota = (
  ctx: Pick<Ctx, "tenantId" | "nowMs">,
  series: readonly Series[],
) => Promise<{ seriesIds: ReadonlySet<string>; reason: string } | undefined>;

export interface SeriesQuotaDeps {
  active: ActiveSeries;
  /** How many series a tenant may have. */
  limit: number;
  log: Log;
}

interface Standing {
  /** As they were read, with those this process has let in since. */
  series: number;
}

const readEveryMs = 10_000;
/** What was found of a series is believed so long: a known one is written anew about as often. */
const knownMs = 6 * 3_600_000;
const strangerMs = 60_000;
const mostTenants = 10_000;
const mostSeries = 300_000;

/**
 * Refuses new series beyond the quota and none that the tenant sends already; whatever a request may add to the
 * count without passing the quota is looked at no further.
 *
 * The promise: a tenant's count passes the quota by no more than the new series that arrive, over all processes,
 * between two reads of the count (10 s) and while `metrics-write` is behind. A series counts until it was silent
 * for a day. At the quota, a new one that another process let in may be refused for a minute. While the count or
 * the index cannot be read everything passes: limits are not worth an outage.
 */
export function makeSeriesQuota({ active, limit, log }: SeriesQuotaDeps): OverQuota {
  const standings = new Map<string, { atMs: number; standing: Promise<Standing | undefined> }>();
  const reason = `its series is new and the quota of ${limit} series is used up; GET /api/limits/series shows which metrics and labels make the most`;
  const looked = new Map<string, { active: boolean; untilMs: number }>();

  const passes = (tenantId: string) => (error: unknown) => {
    log.error("series could not be held against their quota, so they passed", { error, tenantId });
    return undefined;
  };
  const standingOf = (tenantId: string, nowMs: number): Promise<Standing | undefined> => {
    const last = standings.get(tenantId);
    if (last && nowMs - last.atMs < readEveryMs) return last.standing;
    if (standings.size >= mostTenants) standings.clear();
    const read = active.count(tenantId).then((series) => ({ series }), passes(tenantId));
    standings.set(tenantId, { atMs: nowMs, standing: read });
    return read;
  };
  const note = (tenantId: string, ids: Iterable<string>, isActive: boolean, untilMs: number) => {
    for (const id of ids) {
      if (looked.size >= mostSeries) looked.clear();
      looked.set(`${tenantId}#${id}`, { active: isActive, untilMs });
    }
  };
  const strangersAmong = async (
    tenantId: string,
    series: readonly Series[],
    nowMs: number,
  ): Promise<Set<string>> => {
    const strangers = new Set<string>();
    const unsure = series.filter(({ seriesId }) => {
      const found = looked.get(`${tenantId}#${seriesId}`);
      if (!found || found.untilMs <= nowMs) return true;
      if (!found.active) strangers.add(seriesId);
      return false;
    });
    if (unsure.length === 0) return strangers;
    const known = await active.among(tenantId, unsure, nowMs);
    const unknown = unsure.map(({ seriesId }) => seriesId).filter((id) => !known.has(id));
    note(tenantId, known, true, nowMs + knownMs);
    note(tenantId, unknown, false, nowMs + strangerMs);
    for (const id of unknown) strangers.add(id);
    return strangers;
  };

  return async ({ tenantId, nowMs }, series) => {
    const standing = await standingOf(tenantId, nowMs);
    if (!standing || standing.series + series.length <= limit) return undefined;
    const strangers = await strangersAmong(tenantId, series, nowMs).catch(passes(tenantId));
    if (!strangers) return undefined;
    const room = Math.max(0, limit - standing.series);
    const letIn = [...strangers].slice(0, room);
    standing.series += letIn.length;
    note(tenantId, letIn, true, nowMs + knownMs);
    for (const id of letIn) strangers.delete(id);
    return strangers.size > 0 ? { seriesIds: strangers, reason } : undefined;
  };
}
