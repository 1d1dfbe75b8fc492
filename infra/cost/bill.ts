import type { ChargeName, Prices } from "./prices.ts";

/** So much of what is charged for. */
export interface Use {
  charge: ChargeName;
  /** What used it, in a few words. */
  by: string;
  quantity: number;
}
export interface Line extends Use {
  unit: string;
  usd: number;
}
export interface Bill {
  /** The dearest first. */
  lines: Line[];
  usd: number;
  /** With what every account has free each month, were this all that the account does. */
  usdAfterFree: number;
}

/** Prices uses line by line; `times` scales them, as from a sample to a million. */
export function billOf(uses: readonly Use[], prices: Prices, times = 1): Bill {
  const lines = uses
    .filter(({ quantity }) => quantity > 0)
    .map((use): Line => {
      const { usd, per, unit } = prices.charges[use.charge];
      const quantity = use.quantity * times;
      return { ...use, quantity, unit, usd: (quantity * usd) / per };
    })
    .sort((a, b) => b.usd - a.usd);
  return { lines, usd: sumOf(lines), usdAfterFree: afterFree(lines, prices) };
}

function afterFree(lines: readonly Line[], prices: Prices): number {
  const quantities = new Map<ChargeName, number>();
  for (const { charge, quantity } of lines) {
    quantities.set(charge, (quantities.get(charge) ?? 0) + quantity);
  }
  let usd = 0;
  for (const [charge, quantity] of quantities) {
    const price = prices.charges[charge];
    usd += (Math.max(0, quantity - price.freeAMonth) * price.usd) / price.per;
  }
  return usd;
}

function sumOf(lines: readonly Line[]): number {
  return lines.reduce((sum, { usd }) => sum + usd, 0);
}
