import type { Ctx } from "../platform/context.ts";
import { NotFound } from "../platform/errors.ts";
import { maySeeProject } from "../platform/labels/project.ts";
import type { RuleStore } from "./rule-store.ts";
import type { AlertRule } from "./schemas.ts";

/** Throws NotFound, for a deleted rule too. */
export async function getRule(ctx: Ctx, ruleId: string, rules: RuleStore): Promise<AlertRule> {
  const stored = await rules.get(ctx.tenantId, ruleId);
  if (!stored || stored.deletedBy !== null || !maySeeProject(ctx, stored.rule.project))
    throw new NotFound("alert rule", ruleId);
  return stored.rule;
}
