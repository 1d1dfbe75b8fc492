import { hash } from "node:crypto";
import type { MetricStore } from "../metrics/index.ts";
import type { Ctx } from "../platform/context.ts";
import { type AlertRecord, stateOf } from "./alert-record.ts";
import type { Cause } from "./change.ts";
import { type AlertStores, commitGroups } from "./commit-groups.ts";
import { alertIdOf, fingerprintOf } from "./group.ts";
import { judgeForecast, readOutlooks, timeLeft } from "./judge-forecast.ts";
import type { ForecastRule } from "./schemas.ts";

const minuteMs = 60_000;
/** What lies days ahead changes little from one quarter of an hour to the next, and looking costs a second. */
const everyMinutes = 15;

/** Whether the rule's turn is in this minute; the rules of a tenant are spread over the quarter of an hour. */
export function isForecastDue({ id }: ForecastRule, atMs: number): boolean {
  const place = hash("sha256", id, "buffer").readUInt8(0) % everyMinutes;
  return Math.floor(atMs / minuteMs) % everyMinutes === place;
}

/** Looks where the rule's metric is heading, and makes alerts of that. */
export async function tickForecast(
  ctx: Ctx,
  rule: ForecastRule,
  atMs: number,
  cause: Cause,
  deps: AlertStores & { metrics: Pick<MetricStore, "query"> },
): Promise<void> {
  const { groups, unit } = await readOutlooks(ctx.tenantId, rule, atMs, deps.metrics);
  const works = groups.map((outlook) => {
    const fingerprint = fingerprintOf(rule.id, outlook.labels);
    const group = { fingerprint, labels: outlook.labels, left: timeLeft(outlook, rule, atMs), unit };
    const evaluate = (record?: AlertRecord) => [judgeForecast(rule, record && stateOf(record), group, atMs)];
    return { alertId: alertIdOf(ctx.tenantId, fingerprint), evaluate };
  });
  const known = await deps.alerts.getMany(
    ctx.tenantId,
    works.map(({ alertId }) => alertId),
  );
  await commitGroups(ctx, rule, works, known, cause, deps);
}
