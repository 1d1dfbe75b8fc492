import { z } from "zod";
import type { Envelope } from "../../events/envelope.ts";
import type { Item, Saved, TenantTable } from "../platform/aws/tenant-table.ts";
import { NotFound } from "../platform/errors.ts";
import { StoredDelivery } from "./delivery.ts";
import type { DeliveryFilter } from "./schemas.ts";

export type DeliveryStore = ReturnType<typeof makeDeliveryStore>;

const keptDays = 90;
const deliveryKey = (id: string) => ({ pk: `DELIVERY#${id}`, sk: "DELIVERY" });
const channelLog = (channelId: string) => `CHANNEL_LOG#${channelId}`;
const incidentLog = (incidentId: string) => `INCIDENT_LOG#${incidentId}`;
const Pointer = z.object({ deliveryId: z.string() });

/** What was sent, will be sent and was not sent, and why; by id, by channel, by incident, and all by time. */
export function makeDeliveryStore(table: TenantTable) {
  const findMany = async (tenantId: string, ids: readonly string[]): Promise<StoredDelivery[]> => {
    const items = await table.getMany(tenantId, ids.map(deliveryKey));
    return items.map((item) => StoredDelivery.parse(item));
  };
  const find = async (tenantId: string, id: string): Promise<StoredDelivery | undefined> => {
    const item = await table.get(tenantId, deliveryKey(id));
    return item && StoredDelivery.parse(item);
  };

  return {
    find,
    /** Those that exist, in no order. */
    findMany,

    /** Throws NotFound. */
    async get(tenantId: string, id: string): Promise<StoredDelivery> {
      const delivery = await find(tenantId, id);
      if (!delivery) throw new NotFound("delivery", id);
      return delivery;
    },

    /**
     * Notes a new delivery with the events it owes; "lost" where it stands already. The lists point to it
     * before it exists, so that a process that dies in between leaves a pointer to nothing, which is skipped.
     */
    async create(tenantId: string, delivery: StoredDelivery, events: readonly Envelope[]): Promise<Saved> {
      const logs = [
        channelLog(delivery.channelId),
        ...(delivery.incidentId === null ? [] : [incidentLog(delivery.incidentId)]),
      ];
      await table.putMany(
        tenantId,
        logs.map((pk) => ({ pk, sk: sortKey(delivery), deliveryId: delivery.id, ...ttl(delivery) })),
      );
      return table.save(tenantId, toItem(delivery), events, { absent: true });
    },

    /** Replaces version `delivery.version` − 1. */
    replace(tenantId: string, delivery: StoredDelivery, events: readonly Envelope[] = []): Promise<Saved> {
      return table.save(tenantId, toItem(delivery), events, { version: delivery.version - 1 });
    },

    settle(tenantId: string, id: string, events: readonly Envelope[]): Promise<void> {
      return table.settle(tenantId, deliveryKey(id), events);
    },

    /** Newest first. A page narrowed by both channel and incident may hold fewer than `limit`. */
    async list(tenantId: string, { channelId, incidentId, limit, cursor }: DeliveryFilter) {
      if (channelId === undefined && incidentId === undefined) {
        const page = await table.query(tenantId, {
          index: "gsi1",
          pk: "DELIVERIES",
          newestFirst: true,
          limit,
          cursor,
        });
        return { items: page.items.map((item) => StoredDelivery.parse(item)), cursor: page.cursor };
      }
      const pk = incidentId === undefined ? channelLog(channelId ?? "") : incidentLog(incidentId);
      const page = await table.query(tenantId, { pk, newestFirst: true, limit, cursor });
      const ids = page.items.map((item) => Pointer.parse(item).deliveryId);
      const found = new Map((await findMany(tenantId, ids)).map((delivery) => [delivery.id, delivery]));
      const items = ids
        .flatMap((id) => found.get(id) ?? [])
        .filter((delivery) => channelId === undefined || delivery.channelId === channelId);
      return { items, cursor: page.cursor };
    },
  };
}

function toItem(delivery: StoredDelivery): Item {
  return {
    ...deliveryKey(delivery.id),
    gsi1pk: "DELIVERIES",
    gsi1sk: sortKey(delivery),
    ...delivery,
    ...ttl(delivery),
  };
}

function sortKey({ createdAt, id }: StoredDelivery): string {
  return `${createdAt}#${id}`;
}

function ttl({ createdAt }: StoredDelivery): { expiresAt: number } {
  return { expiresAt: Math.ceil(Date.parse(createdAt) / 1000) + keptDays * 86_400 };
}
