import { defaultLimits } from "../limits/index.ts";

/** How much may be used; dollars are held in millionths, so that sums stay exact. */
export interface Allowance {
  calls: number;
  tokens: number;
  costUsd: number;
}

export interface Budgets {
  incident: Allowance;
  tenantDay: Allowance;
}

export const defaultBudgets: Budgets = {
  incident: { calls: 40, tokens: 400_000, costUsd: 2 },
  tenantDay: { calls: 1_000, tokens: defaultLimits["ai-tokens-per-day"], costUsd: 25 },
};

/** The usual budgets, with the tenant's quota of tokens a day. */
export function budgetsWithin(tokensPerDay: number): Budgets {
  return { ...defaultBudgets, tenantDay: { ...defaultBudgets.tenantDay, tokens: tokensPerDay } };
}

/** What a request may use at most; four characters make a token in English, fewer in most else. */
export function estimateTokens(promptLength: number, maxOutputTokens: number): number {
  return Math.ceil(promptLength / 3) + maxOutputTokens;
}

export const toMicroUsd = (usd: number): number => Math.ceil(usd * 1e6);
