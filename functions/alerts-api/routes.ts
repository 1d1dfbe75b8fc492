import { z } from "zod";
import { backtestRule } from "../../shared/alerts/backtest-rule.ts";
import { createRule } from "../../shared/alerts/create-rule.ts";
import { deleteRule } from "../../shared/alerts/delete-rule.ts";
import { getAlert } from "../../shared/alerts/get-alert.ts";
import { getRule } from "../../shared/alerts/get-rule.ts";
import { listAlerts } from "../../shared/alerts/list-alerts.ts";
import { replaceRule } from "../../shared/alerts/replace-rule.ts";
import { AlertFilter, AlertRuleInput, BacktestInput } from "../../shared/alerts/schemas.ts";
import type { Page } from "../../shared/platform/aws/tenant-table.ts";
import { Invalid } from "../../shared/platform/errors.ts";
import { type HttpReply, type HttpRequest, readJson, readQuery } from "../../shared/platform/http/request.ts";
import { maySeeProject } from "../../shared/platform/labels/project.ts";
import type { Routes } from "../../shared/platform/lambda/http-door.ts";
import type { Services } from "./services.ts";

const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().optional(),
});

export const routes: Routes<Services> = {
  "GET /api/alert-rules": async (request, ctx, { ruleStore }) => {
    const { limit, cursor } = readQuery(request, PageQuery);
    const page = await ruleStore.list(ctx.tenantId, limit, cursor);
    const items = page.items.filter(({ project }) => maySeeProject(ctx, project));
    return { status: 200, body: toList({ ...page, items }) };
  },
  "POST /api/alert-rules": async (request, ctx, { ruleStore }) =>
    withVersion(201, await createRule(ctx, readJson(request, AlertRuleInput), ruleStore)),
  "POST /api/alert-rules/backtest": async (request, ctx, { metrics }) => ({
    status: 200,
    body: await backtestRule(ctx, readJson(request, BacktestInput), metrics),
  }),
  "GET /api/alert-rules/{id}": async (request, ctx, { ruleStore }) =>
    withVersion(200, await getRule(ctx, idOf(request), ruleStore)),
  "PUT /api/alert-rules/{id}": async (request, ctx, { ruleStore }) => {
    const rule = readJson(request, AlertRuleInput);
    const input = { ruleId: idOf(request), rule, ifVersion: ifMatch(request) };
    return withVersion(200, await replaceRule(ctx, input, ruleStore));
  },
  "DELETE /api/alert-rules/{id}": async (request, ctx, services) => {
    await deleteRule(ctx, idOf(request), services);
    return { status: 204 };
  },
  "GET /api/alert-rules/{id}/decisions": async (request, ctx, { ruleStore, decisions }) => {
    const { limit, cursor } = readQuery(request, PageQuery);
    const { id } = await getRule(ctx, idOf(request), ruleStore);
    return { status: 200, body: toList(await decisions.listOfRule(ctx.tenantId, id, limit, cursor)) };
  },
  "GET /api/alerts": async (request, ctx, services) => ({
    status: 200,
    body: await listAlerts(ctx, readQuery(request, AlertFilter), services),
  }),
  "GET /api/alerts/{id}": async (request, ctx, { alerts }) => ({
    status: 200,
    body: await getAlert(ctx, idOf(request), alerts),
  }),
  "GET /api/alerts/{id}/decisions": async (request, ctx, { alerts, decisions }) => {
    const { limit, cursor } = readQuery(request, PageQuery);
    const { id } = await getAlert(ctx, idOf(request), alerts);
    return { status: 200, body: toList(await decisions.listOfAlert(ctx.tenantId, id, limit, cursor)) };
  },
};

const idOf = (request: HttpRequest) => request.params["id"] ?? "";

function toList<T>({ items, cursor }: Page<T>) {
  return { items, cursor: cursor ?? null };
}

function withVersion(status: number, rule: { version: number }): HttpReply {
  return { status, headers: { etag: `"${rule.version}"` }, body: rule };
}

function ifMatch(request: HttpRequest): number | undefined {
  const header = request.headers["if-match"];
  if (header === undefined || header === "*") return undefined;
  const version = /^(?:W\/)?"?(\d{1,15})"?$/.exec(header.trim())?.[1];
  if (version === undefined) {
    throw new Invalid(`If-Match must be the rule's version, like "3", not ${header}.`, "If-Match");
  }
  return Number(version);
}
