import { z } from "zod";
import type { TenantTable } from "../platform/aws/tenant-table.ts";

const key = { pk: "series-count", sk: "tenant" } as const;

const SeriesCount = z.object({
  /** What the last count over all metrics came to. */
  counted: z.number().default(0),
  countedAtMs: z.number().default(0),
  /** By how much the metrics' counts have changed, ever; and how much of it the last count knew. */
  added: z.number().default(0),
  addedBefore: z.number().default(0),
});
export type SeriesCount = z.infer<typeof SeriesCount>;

/**
 * How many series a tenant sends: the last count, and what has come and gone since. A process that dies between
 * counting a metric and telling it here is made good by the next count.
 */
export class SeriesCountStore {
  readonly #table: TenantTable;

  constructor(table: TenantTable) {
    this.#table = table;
  }

  async read(tenantId: string): Promise<number> {
    const { counted, added, addedBefore } = await this.state(tenantId);
    return Math.max(0, counted + added - addedBefore);
  }

  async state(tenantId: string): Promise<SeriesCount> {
    return SeriesCount.parse((await this.#table.get(tenantId, key)) ?? {});
  }

  async add(tenantId: string, series: number): Promise<void> {
    await this.#table.add(tenantId, key, { added: series });
  }

  /** Notes a count that began when `addedBefore` had been added. What was added meanwhile may count twice until the next. */
  async settle(
    tenantId: string,
    count: Pick<SeriesCount, "counted" | "countedAtMs" | "addedBefore">,
  ): Promise<void> {
    await this.#table.save(tenantId, { ...key, ...count });
  }
}
