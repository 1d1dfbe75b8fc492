import type { Envelope } from "../../events/envelope.ts";
import type { Item, Saved, TenantTable } from "../platform/aws/tenant-table.ts";
import { DetectorRecord } from "./detector-record.ts";

export type DetectorStore = ReturnType<typeof makeDetectorStore>;

const partition = "DETECTORS";

/** The registry of a tenant's detectors. */
export function makeDetectorStore(table: TenantTable) {
  return {
    async get(tenantId: string, id: string): Promise<DetectorRecord | undefined> {
      const item = await table.get(tenantId, { pk: partition, sk: id.slice(0, 512) });
      return item && parse(item);
    },

    async list(tenantId: string): Promise<DetectorRecord[]> {
      const records: DetectorRecord[] = [];
      for await (const item of table.queryAll(tenantId, { pk: partition, consistent: true }))
        records.push(parse(item));
      return records;
    },

    /** "lost" = somebody changed it since it was read. */
    save(tenantId: string, record: DetectorRecord, owed: readonly Envelope[] = []): Promise<Saved> {
      const { id, version } = record;
      const guard = version === 1 ? { absent: true as const } : { version: version - 1 };
      const item = { pk: partition, sk: id, version, body: JSON.stringify(record) };
      return table.change(tenantId, item, owed, guard);
    },
  };
}

function parse(item: Item): DetectorRecord {
  return DetectorRecord.parse(JSON.parse(String(item["body"])));
}
