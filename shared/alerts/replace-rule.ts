import { audited } from "../audit/index.ts";
import { isoTime } from "../platform/clock.ts";
import type { Ctx } from "../platform/context.ts";
import { Conflict } from "../platform/errors.ts";
import { mayUseProject } from "../platform/labels/project.ts";
import { checkRule } from "./check-rule.ts";
import { ruleResource } from "./create-rule.ts";
import { getRule } from "./get-rule.ts";
import type { RuleStore } from "./rule-store.ts";
import type { AlertRule, AlertRuleInput } from "./schemas.ts";

const maxTries = 5;

/**
 * Puts a new text in a rule's place; its version rises. With `ifVersion` only that version is replaced (Conflict
 * names the present one); without it the last writer wins. Throws Invalid and NotFound.
 */
export async function replaceRule(
  ctx: Ctx,
  { ruleId, rule: input, ifVersion }: { ruleId: string; rule: AlertRuleInput; ifVersion: number | undefined },
  rules: RuleStore,
): Promise<AlertRule> {
  checkRule(input);
  mayUseProject(ctx, input.project);
  for (let attempt = 0; attempt < maxTries; attempt++) {
    const standing = await getRule(ctx, ruleId, rules);
    if (ifVersion !== undefined && ifVersion !== standing.version) {
      throw new Conflict(
        `The rule is at version ${standing.version}, not ${ifVersion}; read it again before changing it.`,
        "If-Match",
      );
    }
    const rule = {
      ...input,
      id: ruleId,
      version: standing.version + 1,
      createdAt: standing.createdAt,
      updatedAt: isoTime(ctx.nowMs),
      updatedBy: ctx.actor.id,
    };
    const owed = [
      audited(ctx, { did: "updated", resource: ruleResource(rule), before: standing, after: rule }),
    ];
    const saved = await rules.save(ctx.tenantId, { rule, deletedBy: null }, standing.version, owed);
    if (saved === "saved") return rule;
  }
  throw new Conflict(`The rule was changed by others ${maxTries} times while being replaced; try again.`);
}
