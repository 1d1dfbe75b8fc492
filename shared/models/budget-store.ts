import type { TenantTable } from "../platform/aws/tenant-table.ts";
import { type Allowance, type Budgets, toMicroUsd } from "./budget.ts";

const incidentKeptS = 40 * 24 * 3_600;
const dayKeptS = 8 * 24 * 3_600;

export interface Spending {
  tokens: number;
  costUsd: number;
}
/** Amounts set aside before a request, to be settled after it. */
export interface Reservation extends Spending {
  tenantId: string;
  incidentId: string | null;
  day: string;
}

const incidentKey = (incidentId: string) => ({ pk: "MODEL#BUDGET", sk: `INCIDENT#${incidentId}` });
const dayKey = (day: string) => ({ pk: "MODEL#BUDGET", sk: `DAY#${day}` });
const countersOf = ({ tokens, costUsd }: Spending) => ({
  calls: 1,
  tokens,
  microUsd: toMicroUsd(costUsd),
});
const limitsOf = ({ calls, tokens, costUsd }: Allowance) => ({
  calls,
  tokens,
  microUsd: toMicroUsd(costUsd),
});

/** What a tenant used on the day (UTC) of `nowMs`, reservations included. */
export function makeReadDay(table: TenantTable) {
  return async (tenantId: string, nowMs: number): Promise<Allowance> => {
    const item = await table.get(tenantId, dayKey(new Date(nowMs).toISOString().slice(0, 10)));
    return {
      calls: Number(item?.["calls"] ?? 0),
      tokens: Number(item?.["tokens"] ?? 0),
      costUsd: Number(item?.["microUsd"] ?? 0) / 1e6,
    };
  };
}

/** Counts what models use, for each incident and each tenant's day (UTC), before it is used. */
export function makeBudgetStore(table: TenantTable, budgets: Budgets) {
  return {
    /** Sets the amounts aside, or says which budget they do not fit. Requests side by side never pass a limit. */
    async reserve(
      tenantId: string,
      { incidentId, mostOfDay = 1 }: { incidentId: string | null; mostOfDay?: number | undefined },
      amount: Spending,
      nowMs: number,
    ): Promise<
      { kind: "reserved"; reservation: Reservation } | { kind: "exhausted"; budget: "incident" | "day" }
    > {
      const day = new Date(nowMs).toISOString().slice(0, 10);
      const counters = countersOf(amount);
      const nowS = Math.floor(nowMs / 1_000);
      if (incidentId !== null) {
        const saved = await table.addWithin(
          tenantId,
          incidentKey(incidentId),
          counters,
          limitsOf(budgets.incident),
          { expiresAt: nowS + incidentKeptS },
        );
        if (saved === "lost") return { kind: "exhausted", budget: "incident" };
      }
      const { calls, tokens, costUsd } = budgets.tenantDay;
      const limits = limitsOf({
        calls: Math.floor(calls * mostOfDay),
        tokens: Math.floor(tokens * mostOfDay),
        costUsd: costUsd * mostOfDay,
      });
      const saved = await table.addWithin(tenantId, dayKey(day), counters, limits, {
        expiresAt: nowS + dayKeptS,
      });
      if (saved === "saved")
        return { kind: "reserved", reservation: { ...amount, tenantId, incidentId, day } };
      if (incidentId !== null) await table.add(tenantId, incidentKey(incidentId), negated(counters));
      return { kind: "exhausted", budget: "day" };
    },

    /** Replaces what was set aside by what was used. A request that was never made gives its call back too. */
    async settle(reservation: Reservation, used: Spending | null): Promise<void> {
      const { tenantId, incidentId, day } = reservation;
      const difference = {
        calls: used ? 0 : -1,
        tokens: (used?.tokens ?? 0) - reservation.tokens,
        microUsd: toMicroUsd(used?.costUsd ?? 0) - toMicroUsd(reservation.costUsd),
      };
      await Promise.all([
        table.add(tenantId, dayKey(day), difference),
        ...(incidentId === null ? [] : [table.add(tenantId, incidentKey(incidentId), difference)]),
      ]);
    },

    today: makeReadDay(table),

    budgets,
  };
}
export type BudgetStore = ReturnType<typeof makeBudgetStore>;

const negated = (counters: Record<string, number>) =>
  Object.fromEntries(Object.entries(counters).map(([name, amount]) => [name, -amount]));
