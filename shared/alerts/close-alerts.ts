import type { Ctx } from "../platform/context.ts";
import { type AlertRecord, stateOf } from "./alert-record.ts";
import type { Cause } from "./change.ts";
import { type AlertStores, commitGroups } from "./commit-groups.ts";
import type { GroupEvaluation } from "./evaluate-rule.ts";
import type { AlertRule } from "./schemas.ts";
import { closeStatus, isOpen } from "./transition.ts";

/** Ends the open ones among the alerts for a reason outside their condition; firing ones resolve, with the event. */
export async function closeAlerts(
  ctx: Ctx,
  rule: AlertRule,
  records: ReadonlyMap<string, AlertRecord>,
  why: string,
  cause: Cause,
  stores: AlertStores,
): Promise<void> {
  const works = [...records.keys()].map((alertId) => ({
    alertId,
    evaluate: (record?: AlertRecord) =>
      record && isOpen(record.status.state) ? [closing(record, ctx.nowMs, why)] : [],
  }));
  await commitGroups(ctx, rule, works, records, cause, stores);
}

function closing(record: AlertRecord, nowMs: number, why: string): GroupEvaluation {
  const { status: before, labels } = stateOf(record);
  const { next, emit, outcome } = closeStatus(before, nowMs, why);
  return {
    fingerprint: record.fingerprint,
    labels,
    atMs: nowMs,
    before,
    after: next,
    emit,
    outcome,
    measurement: "quiet",
    verdict: { kind: "hold" },
    unit: record.unit,
    sight: why,
    reason: `${why}.`,
    inputs: { windowFromMs: nowMs, windowToMs: nowMs, pointCount: 0, seriesCount: 0 },
  };
}
