import type { TenantTable } from "../platform/aws/tenant-table.ts";
import { newId } from "../platform/ids.ts";
import { toMicroUsd } from "./budget.ts";
import { ModelCall, ModelOutcome, ModelPurpose } from "./schemas.ts";

const callKeptS = 30 * 24 * 3_600;
const sumKeptS = 400 * 24 * 3_600;

/** The calls of one day, purpose, model and outcome. */
export interface UsageSum {
  day: string;
  purpose: ModelPurpose;
  model: string;
  outcome: ModelOutcome;
  calls: number;
  cached: number;
  inputTokens: number;
  outputTokens: number;
  costUsd: number;
  latencyMs: number;
}

const callsOf = (day: string) => `MODEL#CALL#${day}`;
const numberAt = (item: Record<string, unknown>, name: string) => Number(item[name] ?? 0);

/** Every call to a model, one by one for a month and summed up by the day for a year. */
export function makeCallStore(table: TenantTable) {
  return {
    async record(tenantId: string, call: ModelCall): Promise<void> {
      const day = call.at.slice(0, 10);
      const nowS = Math.floor(Date.parse(call.at) / 1_000);
      const sums = {
        calls: 1,
        cached: call.cached ? 1 : 0,
        inputTokens: call.inputTokens,
        outputTokens: call.outputTokens,
        microUsd: toMicroUsd(call.costUsd ?? 0),
        latencyMs: Math.round(call.latencyMs),
      };
      const { purpose, outcome } = call;
      const model = call.model ?? "none";
      await Promise.all([
        table.put(tenantId, {
          pk: callsOf(day),
          sk: `${call.at}#${newId("request")}`,
          ...call,
          expiresAt: nowS + callKeptS,
        }),
        table.add(tenantId, { pk: "MODEL#USAGE", sk: `${day}#${purpose}#${outcome}#${model}` }, sums, {
          expiresAt: nowS + sumKeptS,
        }),
      ]);
    },

    /** The sums of the days from `fromDay` to `toDay`, both included. */
    async sums(tenantId: string, fromDay: string, toDay: string): Promise<UsageSum[]> {
      const sums: UsageSum[] = [];
      const range = { pk: "MODEL#USAGE", from: fromDay, to: `${toDay}~` };
      for await (const item of table.queryAll(tenantId, range)) {
        const [day = "", purpose, outcome, ...model] = item.sk.split("#");
        sums.push({
          day,
          purpose: ModelPurpose.parse(purpose),
          outcome: ModelOutcome.parse(outcome),
          model: model.join("#"),
          calls: numberAt(item, "calls"),
          cached: numberAt(item, "cached"),
          inputTokens: numberAt(item, "inputTokens"),
          outputTokens: numberAt(item, "outputTokens"),
          costUsd: numberAt(item, "microUsd") / 1e6,
          latencyMs: numberAt(item, "latencyMs"),
        });
      }
      return sums;
    },

    /** The day's calls, newest first. */
    async latest(tenantId: string, day: string, limit: number): Promise<ModelCall[]> {
      const page = await table.query(tenantId, { pk: callsOf(day), newestFirst: true, limit });
      return page.items.map((item) => ModelCall.parse(item));
    },
  };
}
export type CallStore = ReturnType<typeof makeCallStore>;
