import { backtestRule } from "../../shared/alerts/backtest-rule.ts";
import { alertContracts } from "../../shared/alerts/contracts.ts";
import { createRule } from "../../shared/alerts/create-rule.ts";
import { deleteRule } from "../../shared/alerts/delete-rule.ts";
import { getAlert } from "../../shared/alerts/get-alert.ts";
import { getRule } from "../../shared/alerts/get-rule.ts";
import { listAlerts } from "../../shared/alerts/list-alerts.ts";
import { replaceRule } from "../../shared/alerts/replace-rule.ts";
import type { AlertRuleInput } from "../../shared/alerts/schemas.ts";
import type { Page } from "../../shared/platform/aws/tenant-table.ts";
import type { Ctx } from "../../shared/platform/context.ts";
import { contracted } from "../../shared/platform/http/contract.ts";
import { ifMatch, withVersion } from "../../shared/platform/http/versioned.ts";
import { maySeeProject } from "../../shared/platform/labels/project.ts";
import { redactLabels, searches } from "../../shared/redaction/index.ts";
import type { Services } from "./services.ts";

export const routes = contracted(alertContracts).with<Services>({
  "GET /api/alert-rules": async ({ query: { limit, cursor } }, ctx, { ruleStore }) => {
    const page = await ruleStore.list(ctx.tenantId, limit, cursor);
    const items = page.items.filter(({ project }) => maySeeProject(ctx, project));
    return { status: 200, body: toList({ ...page, items }) };
  },
  "POST /api/alert-rules": async ({ body }, ctx, services) =>
    withVersion(
      201,
      await createRule(ctx, await withoutSecrets(body, ctx, services), services.ruleStore, services.maxRules),
    ),
  "POST /api/alert-rules/backtest": async ({ body }, ctx, { metrics }) => ({
    status: 200,
    body: await backtestRule(ctx, body, metrics),
  }),
  "GET /api/alert-rules/{id}": async ({ params }, ctx, { ruleStore }) =>
    withVersion(200, await getRule(ctx, params.id, ruleStore)),
  "PUT /api/alert-rules/{id}": async ({ params, body, request }, ctx, services) => {
    const rule = await withoutSecrets(body, ctx, services);
    const input = { ruleId: params.id, rule, ifVersion: ifMatch(request) };
    return withVersion(200, await replaceRule(ctx, input, services.ruleStore));
  },
  "DELETE /api/alert-rules/{id}": async ({ params }, ctx, services) => {
    await deleteRule(ctx, params.id, services);
    return { status: 204 };
  },
  "GET /api/alert-rules/{id}/decisions": async ({ params, query }, ctx, { ruleStore, decisions }) => {
    const { id } = await getRule(ctx, params.id, ruleStore);
    const page = await decisions.listOfRule(ctx.tenantId, id, query.limit, query.cursor);
    return { status: 200, body: toList(page) };
  },
  "GET /api/alerts": async ({ query }, ctx, services) => ({
    status: 200,
    body: await listAlerts(ctx, query, services),
  }),
  "GET /api/alerts/{id}": async ({ params }, ctx, { alerts }) => ({
    status: 200,
    body: await getAlert(ctx, params.id, alerts),
  }),
  "GET /api/alerts/{id}/decisions": async ({ params, query }, ctx, { alerts, decisions }) => {
    const { id } = await getAlert(ctx, params.id, alerts);
    const page = await decisions.listOfAlert(ctx.tenantId, id, query.limit, query.cursor);
    return { status: 200, body: toList(page) };
  },
});

/** The rule as sent, without secrets in what its alerts will say. */
async function withoutSecrets(
  rule: AlertRuleInput,
  ctx: Ctx,
  { redactionSalt }: Pick<Services, "redactionSalt">,
): Promise<AlertRuleInput> {
  const salt = await redactionSalt(ctx.tenantId);
  return { ...rule, annotations: redactLabels(rule.annotations, salt, searches.ownWords).labels };
}

function toList<T>({ items, cursor }: Page<T>) {
  return { items, cursor: cursor ?? null };
}
