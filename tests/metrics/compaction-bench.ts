import {
  compactTenant,
  type MetricStore,
  makeDynamoMetricStore,
  makeMetricStorage,
} from "../../shared/metrics/index.ts";
import type { TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import { startTestTable, type TestTable } from "../support/table.ts";
import { aBatch, midnightMs, type Point } from "./builders.ts";

let tenants = 0;

/** A table, a clock that the test turns, and stores that each have a memory of their own, as functions have. */
export class CompactionBench {
  nowMs = midnightMs;
  #testTable: TestTable | undefined;

  async start(): Promise<void> {
    this.#testTable = await startTestTable(() => this.nowMs);
  }

  async stop(): Promise<void> {
    await this.#testTable?.stop();
  }

  get table(): TenantTable {
    if (!this.#testTable) throw new Error("The bench was not started.");
    return this.#testTable.table;
  }

  tenant(): string {
    return `ten_${tenants++}`;
  }

  storage(table = this.table) {
    return makeMetricStorage(table, { now: () => this.nowMs });
  }

  store(table = this.table): MetricStore {
    return makeDynamoMetricStore(this.storage(table));
  }

  async write(tenantId: string, points: readonly Point[], store = this.store()): Promise<void> {
    await store.write(tenantId, [{ batchId: "bat", receivedAtMs: this.nowMs, points: aBatch(points) }]);
  }

  compact(tenantId: string, table = this.table) {
    const actor = { kind: "system" as const, id: "metrics-compact" };
    const ctx = { tenantId, actor, traceId: "trace", causationId: null, nowMs: this.nowMs };
    return compactTenant(ctx, this.storage(table));
  }
}
