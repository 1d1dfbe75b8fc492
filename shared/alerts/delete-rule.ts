import { audited } from "../audit/index.ts";
import { isoTime } from "../platform/clock.ts";
import type { Ctx } from "../platform/context.ts";
import { Conflict } from "../platform/errors.ts";
import { closeAlerts } from "./close-alerts.ts";
import type { AlertStores } from "./commit-groups.ts";
import { ruleResource } from "./create-rule.ts";
import { getRule } from "./get-rule.ts";
import type { RuleStore } from "./rule-store.ts";

export interface DeleteRuleDeps extends AlertStores {
  ruleStore: RuleStore;
}

/** As many open alerts as a person can be kept waiting for; the tick closes the rest within the minute. */
const closedAtOnce = 200;

/** The rule is gone at once and its open alerts resolve, saying why. Throws NotFound. */
export async function deleteRule(ctx: Ctx, ruleId: string, deps: DeleteRuleDeps): Promise<void> {
  const standing = await getRule(ctx, ruleId, deps.ruleStore);
  const rule = {
    ...standing,
    version: standing.version + 1,
    updatedAt: isoTime(ctx.nowMs),
    updatedBy: ctx.actor.id,
  };
  const deleted = { rule, deletedBy: ctx.actor.id };
  const owed = [audited(ctx, { did: "deleted", resource: ruleResource(standing), before: standing })];
  const saved = await deps.ruleStore.save(ctx.tenantId, deleted, standing.version, owed);
  if (saved === "lost") throw new Conflict("The rule was changed while being deleted; try again.");
  const { alertIds } = await deps.openAlerts.someOfRule(ctx.tenantId, ruleId, closedAtOnce);
  const records = await deps.alerts.getMany(ctx.tenantId, alertIds);
  const why = `The rule was deleted by ${ctx.actor.id}, so its alert ends`;
  await closeAlerts(ctx, rule, records, why, { id: `delete:${ruleId}`, arrival: false }, deps);
}
