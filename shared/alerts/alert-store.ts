import type { Severity } from "../../events/alerts.ts";
import type { Envelope } from "../../events/envelope.ts";
import type { Item, Key, Page, Saved, TenantTable } from "../platform/aws/tenant-table.ts";
import { isoTime } from "../platform/clock.ts";
import { AlertRecord } from "./alert-record.ts";
import type { AlertState } from "./schemas.ts";

export type AlertStore = ReturnType<typeof makeAlertStore>;

const alertKey = (alertId: string): Key => ({ pk: `ALERT#${alertId}`, sk: "STATE" });
const statePartition = (state: AlertState, severity: Severity) => `STATE#${state}#${severity}`;

/** Alerts by id and by state. The record is kept as JSON, which holds every double and every text there is. */
export function makeAlertStore(table: TenantTable) {
  return {
    async get(tenantId: string, alertId: string): Promise<AlertRecord | undefined> {
      const item = await table.get(tenantId, alertKey(alertId));
      return item && parse(item);
    },

    /** The ones that exist, by id. */
    async getMany(tenantId: string, alertIds: Iterable<string>): Promise<Map<string, AlertRecord>> {
      const items = await table.getMany(tenantId, [...new Set(alertIds)].map(alertKey));
      return new Map(items.map(parse).map((record) => [record.id, record]));
    },

    /**
     * Saves the record with the events it owes, if nobody has changed it since `previousVersion` (null = there was
     * none): of two evaluators that decide the same, one is told "lost".
     */
    saveTransition(
      tenantId: string,
      record: AlertRecord,
      previousVersion: number | null,
      events: readonly Envelope[],
    ): Promise<Saved> {
      const guard = previousVersion === null ? { absent: true as const } : { version: previousVersion };
      return table.save(tenantId, alertItem(record), events, guard);
    },

    settle(tenantId: string, alertId: string, events: readonly Envelope[]): Promise<void> {
      return table.settle(tenantId, alertKey(alertId), events);
    },

    /** Those of one state and severity, the latest change first. */
    async listByState(
      tenantId: string,
      state: AlertState,
      severity: Severity,
      limit: number,
      cursor?: string,
    ): Promise<Page<AlertRecord>> {
      const page = await table.query(tenantId, {
        index: "gsi1",
        pk: statePartition(state, severity),
        newestFirst: true,
        limit,
        cursor,
      });
      return { items: page.items.map(parse), cursor: page.cursor };
    },

    /** Those that came into a state before a moment, oldest first. */
    async listUnchangedSince(
      tenantId: string,
      state: AlertState,
      severity: Severity,
      beforeMs: number,
      limit: number,
    ): Promise<AlertRecord[]> {
      const pk = statePartition(state, severity);
      const page = await table.query(tenantId, { index: "gsi1", pk, to: isoTime(beforeMs), limit });
      return page.items.map(parse);
    },

    /** Removes the record unless it has changed meanwhile. */
    forget(tenantId: string, record: AlertRecord): Promise<Saved> {
      return table.remove(tenantId, alertKey(record.id), { version: record.version });
    },
  };
}

/** The record as it lies in the table; only a benchmark that fills one by the thousand writes it by itself. */
export function alertItem(record: AlertRecord): Item {
  return {
    ...alertKey(record.id),
    version: record.version,
    body: JSON.stringify(record),
    gsi1pk: statePartition(record.status.state, record.status.severity),
    gsi1sk: `${isoTime(changedMs(record))}#${record.id}`,
  };
}

function parse(item: Item): AlertRecord {
  return AlertRecord.parse(JSON.parse(String(item["body"])));
}

function changedMs({ status, evaluatedMs }: AlertRecord): number {
  switch (status.state) {
    case "pending":
      return status.pendingSinceMs ?? evaluatedMs;
    case "firing":
      return status.startedMs ?? evaluatedMs;
    case "resolved":
      return status.resolvedMs ?? evaluatedMs;
    case "inactive":
      return evaluatedMs;
  }
}
