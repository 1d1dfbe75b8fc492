import { z } from "zod";
import type { Contracts } from "../platform/http/contract.ts";
import {
  Alert,
  AlertDecisionList,
  AlertFilter,
  AlertList,
  AlertRule,
  AlertRuleInput,
  AlertRuleList,
  BacktestInput,
  BacktestResult,
} from "./schemas.ts";

const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  cursor: z.string().optional(),
});

export const alertContracts = {
  "GET /api/alert-rules": { says: "Alert rules", query: PageQuery, answers: { 200: AlertRuleList } },
  "POST /api/alert-rules": {
    says: "Make an alert rule",
    body: AlertRuleInput,
    answers: { 201: AlertRule },
    creates: true,
  },
  "POST /api/alert-rules/backtest": {
    says: "Run a rule over data that is there, and see when it would have fired",
    body: BacktestInput,
    answers: { 200: BacktestResult },
  },
  "GET /api/alert-rules/{id}": { says: "One alert rule", answers: { 200: AlertRule } },
  "PUT /api/alert-rules/{id}": {
    says: "Replace an alert rule; with If-Match only that version",
    body: AlertRuleInput,
    answers: { 200: AlertRule },
  },
  "DELETE /api/alert-rules/{id}": {
    says: "Delete an alert rule; its open alerts resolve",
    answers: { 204: null },
  },
  "GET /api/alert-rules/{id}/decisions": {
    says: "Why a rule did, or did not, fire",
    query: PageQuery,
    answers: { 200: AlertDecisionList },
  },
  "GET /api/alerts": { says: "Alerts", query: AlertFilter, answers: { 200: AlertList } },
  "GET /api/alerts/{id}": { says: "One alert", answers: { 200: Alert } },
  "GET /api/alerts/{id}/decisions": {
    says: "Why an alert is as it is",
    query: PageQuery,
    answers: { 200: AlertDecisionList },
  },
} as const satisfies Contracts;
