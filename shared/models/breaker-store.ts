import { z } from "zod";
import type { TenantTable } from "../platform/aws/tenant-table.ts";
import { type Admission, admit, afterRequest, BreakerState, closed } from "./breaker.ts";

/** Providers are the installation's, so their state is no tenant's; tenants' ids begin with `ten_`. */
const owner = "platform";
const keyOf = (provider: string) => ({ pk: "MODEL#BREAKER", sk: provider });
const Stored = BreakerState.extend({ version: z.int() });
const tries = 5;

/** The circuit breakers, one a provider, shared by everything that asks. */
export function makeBreakerStore(table: TenantTable) {
  const load = async (provider: string): Promise<z.infer<typeof Stored>> => {
    const item = await table.get(owner, keyOf(provider));
    return item ? Stored.parse(item) : { ...closed, version: 0 };
  };
  const save = (provider: string, state: BreakerState, version: number) =>
    table.put(
      owner,
      { ...keyOf(provider), ...state, version: version + 1 },
      version === 0 ? { absent: true } : { version },
    );

  return {
    /** Whether the provider may be asked. Of many that find it half-open, one may. */
    async enter(provider: string, nowMs: number): Promise<Admission> {
      const { version, ...state } = await load(provider);
      const admission = admit(state, nowMs);
      if (admission.kind !== "half-open") return admission;
      if ((await save(provider, admission.next, version)) === "saved") return admission;
      return { kind: "open", untilMs: nowMs, reason: state.reason };
    },

    /** Notes how a request ended. */
    async leave(provider: string, outcome: Parameters<typeof afterRequest>[1], nowMs: number): Promise<void> {
      for (let attempt = 0; attempt < tries; attempt++) {
        const { version, ...state } = await load(provider);
        const next = afterRequest(state, outcome, nowMs);
        if (next === state || (await save(provider, next, version)) === "saved") return;
      }
    },

    async look(provider: string, nowMs: number): Promise<{ admission: Admission; reason: string | null }> {
      const state = await load(provider);
      return { admission: admit(state, nowMs), reason: state.reason };
    },
  };
}
export type BreakerStore = ReturnType<typeof makeBreakerStore>;
