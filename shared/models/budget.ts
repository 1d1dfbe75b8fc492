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
  tenantDay: { calls: 1_000, tokens: 5_000_000, costUsd: 25 },
};

/** What a request may use at most; four characters make a token in English, fewer in most else. */
export function estimateTokens(promptLength: number, maxOutputTokens: number): number {
  return Math.ceil(promptLength / 3) + maxOutputTokens;
}

export const toMicroUsd = (usd: number): number => Math.ceil(usd * 1e6);
