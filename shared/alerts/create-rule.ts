import { audited } from "../audit/index.ts";
import { isoTime } from "../platform/clock.ts";
import type { Ctx } from "../platform/context.ts";
import { Conflict } from "../platform/errors.ts";
import { newId } from "../platform/ids.ts";
import { mayUseProject } from "../platform/labels/project.ts";
import { checkRule } from "./check-rule.ts";
import type { RuleStore } from "./rule-store.ts";
import type { AlertRule, AlertRuleInput } from "./schemas.ts";

/**
 * A new rule; evaluators know it within seconds. Throws Invalid, and Conflict when the tenant has `maxRules`, of
 * which there are never more, however many are made at once.
 */
export async function createRule(
  ctx: Ctx,
  input: AlertRuleInput,
  rules: RuleStore,
  maxRules: number,
): Promise<AlertRule> {
  checkRule(input);
  mayUseProject(ctx, input.project);
  const at = isoTime(ctx.nowMs);
  const rule = {
    ...input,
    id: newId("rule"),
    version: 1,
    createdAt: at,
    updatedAt: at,
    updatedBy: ctx.actor.id,
  };
  const owed = [audited(ctx, { did: "created", resource: ruleResource(rule), after: rule })];
  await rules.oneAtATime(ctx.tenantId, async () => {
    const standing = await rules.listAll(ctx.tenantId);
    if (standing.length >= maxRules) {
      throw new Conflict(
        `There are ${standing.length} alert rules and ${maxRules} is the most; delete one first.`,
      );
    }
    await rules.save(ctx.tenantId, { rule, deletedBy: null }, null, owed);
  });
  return rule;
}

export function ruleResource({ id, name }: AlertRule) {
  return { type: "alert-rule", id, name };
}
