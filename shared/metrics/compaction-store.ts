import { z } from "zod";
import type { TenantTable } from "../platform/aws/tenant-table.ts";
import { timeKey } from "./keys.ts";

const key = { pk: "compaction", sk: "state" } as const;
const quarterMs = 900_000;
const cachedMs = 30_000;
const rememberedTenants = 10_000;
/** Longer than a run may take, so a holder whose lease ran out is dead. */
const leaseMs = 600_000;

/** How far a tenant's points have been sorted. */
export const CompactionState = z.object({
  version: z.number(),
  /** Everything that arrived before is in chunks. */
  flushedMs: z.number(),
  /** Every event time up to here is rolled up, but for the windows still owed. */
  rolledMs: z.number(),
  /** The last metric of the window after rolledMs that is done. */
  rolledMetric: z.string(),
  leaseUntilMs: z.number(),
});
export type CompactionState = z.infer<typeof CompactionState>;

/** A stretch of a metric that late points have changed after it was rolled up. */
export interface OwedRollUp {
  metricId: string;
  windowMs: number;
}

export class CompactionStore {
  readonly #table: TenantTable;
  readonly #cached = new Map<string, { state: CompactionState; atMs: number }>();

  constructor(table: TenantTable) {
    this.#table = table;
  }

  /** Sets the starting line before a tenant's first point is written; harmless ever after. */
  async begin(tenantId: string, nowMs: number): Promise<void> {
    if (this.#cached.has(tenantId)) return;
    const flushedMs = Math.floor(nowMs / quarterMs) * quarterMs;
    const rolledMs = Math.floor(nowMs / (24 * quarterMs)) * 24 * quarterMs;
    const state = { version: 1, flushedMs, rolledMs, rolledMetric: "", leaseUntilMs: 0 };
    const saved = await this.#table.put(tenantId, { ...key, ...state }, { absent: true });
    if (saved === "saved") this.#remember(tenantId, state, nowMs);
    else await this.read(tenantId, nowMs);
  }

  /**
   * The state, up to 30 s old: an older one points further back, which costs a reader time and no points.
   * undefined for a tenant that has none.
   */
  async read(tenantId: string, nowMs: number): Promise<CompactionState | undefined> {
    const cached = this.#cached.get(tenantId);
    if (cached && nowMs - cached.atMs < cachedMs) return cached.state;
    const item = await this.#table.get(tenantId, key);
    if (!item) return undefined;
    const state = CompactionState.parse(item);
    this.#remember(tenantId, state, nowMs);
    return state;
  }

  /** The state, for whoever takes the lease; undefined when another run holds it or took it first. */
  async claim(tenantId: string, nowMs: number): Promise<CompactionState | undefined> {
    const item = await this.#table.get(tenantId, key);
    if (!item) return undefined;
    const state = CompactionState.parse(item);
    if (state.leaseUntilMs > nowMs) return undefined;
    return this.#advance(tenantId, { ...state, leaseUntilMs: nowMs + leaseMs });
  }

  /** Notes progress under the lease. Throws when the lease was lost, so that a late run ends itself. */
  async progress(tenantId: string, state: CompactionState): Promise<CompactionState> {
    const advanced = await this.#advance(tenantId, state);
    if (advanced) return advanced;
    throw new Error(`Another compaction of tenant ${tenantId} has taken over; this one ends.`);
  }

  /** Lets the next run begin at once. Where the lease was lost there is nothing to give back. */
  async release(tenantId: string, state: CompactionState): Promise<void> {
    await this.#advance(tenantId, { ...state, leaseUntilMs: 0 });
  }

  async owe(tenantId: string, owed: readonly OwedRollUp[]): Promise<void> {
    await this.#table.putMany(
      tenantId,
      owed.map(({ metricId, windowMs }) => ({ pk: "owed-roll-ups", sk: `${timeKey(windowMs)}#${metricId}` })),
    );
  }

  async *owed(tenantId: string): AsyncGenerator<OwedRollUp> {
    for await (const { sk } of this.#table.queryAll(tenantId, { pk: "owed-roll-ups", consistent: true })) {
      const [windowMs = "0", metricId = ""] = sk.split("#");
      yield { metricId, windowMs: Number(windowMs) };
    }
  }

  async settle(tenantId: string, { metricId, windowMs }: OwedRollUp): Promise<void> {
    await this.#table.remove(tenantId, { pk: "owed-roll-ups", sk: `${timeKey(windowMs)}#${metricId}` });
  }

  async #advance(tenantId: string, state: CompactionState): Promise<CompactionState | undefined> {
    const next = { ...state, version: state.version + 1 };
    const saved = await this.#table.put(tenantId, { ...key, ...next }, { version: state.version });
    return saved === "saved" ? next : undefined;
  }

  #remember(tenantId: string, state: CompactionState, nowMs: number): void {
    if (this.#cached.size >= rememberedTenants) this.#cached.clear();
    this.#cached.set(tenantId, { state, atMs: nowMs });
  }
}
