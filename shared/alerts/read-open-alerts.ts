import type { Ctx } from "../platform/context.ts";
import type { AlertRecord } from "./alert-record.ts";
import type { AlertStores } from "./commit-groups.ts";
import type { OpenAlert } from "./open-alert-store.ts";
import { isOpen } from "./transition.ts";

/** More than this many of one rule are looked at over several ticks. */
const maxAtOnce = 20_000;
/** What a storm left is struck over several ticks too. */
const struckAtOnce = 2_000;
/** A save that its entries were written for is long over. */
const graceMs = 300_000;

/**
 * The open alerts of a rule, by id. On the way it clears up after processes that died: index entries whose alert
 * is not open are struck, and the decisions of the last save are noted once more.
 */
export async function readOpenAlerts(
  ctx: Ctx,
  ruleId: string,
  stores: AlertStores,
): Promise<Map<string, AlertRecord>> {
  const entries: OpenAlert[] = [];
  for await (const entry of stores.openAlerts.allOfRule(ctx.tenantId, ruleId)) {
    if (entries.push(entry) === maxAtOnce) break;
  }
  const records = await stores.alerts.getMany(
    ctx.tenantId,
    entries.map(({ alertId }) => alertId),
  );
  const open = new Map([...records].filter(([, record]) => isOpen(record.status.state)));
  const stale = entries.filter(
    ({ alertId, version, notedMs }) =>
      !open.has(alertId) &&
      ((records.get(alertId)?.version ?? 0) >= version || ctx.nowMs - notedMs > graceMs),
  );
  const unfinished = [
    ...stale.flatMap(({ alertId }) => records.get(alertId) ?? []),
    ...[...open.values()].filter(
      ({ cause, evaluatedMs }) => cause.startsWith("tick:") && ctx.nowMs - evaluatedMs < graceMs,
    ),
  ];
  await stores.decisions.note(
    ctx.tenantId,
    unfinished.flatMap(({ decisions }) => decisions),
  );
  await stores.openAlerts.strike(
    ctx.tenantId,
    stale.slice(0, struckAtOnce).map((gone) => ({ gone })),
  );
  return open;
}
