import { z } from "zod";
import type { Envelope } from "../../events/envelope.ts";
import { oneAtATime } from "../platform/aws/one-at-a-time.ts";
import type { Item, Saved, TenantTable } from "../platform/aws/tenant-table.ts";
import { NotFound } from "../platform/errors.ts";
import { StoredChannel } from "./channel.ts";
import type { PageQuery } from "./schemas.ts";

export type ChannelStore = ReturnType<typeof makeChannelStore>;

const channels = "CHANNELS";
const channelKey = (id: string) => ({ pk: channels, sk: id });
const pauseKey = (id: string) => ({ pk: `CHANNEL#${id}`, sk: "PAUSE" });
const Pause = z.object({ untilMs: z.int() });

/** A tenant's channels, and until when each asked to be left alone. */
export function makeChannelStore(table: TenantTable) {
  const find = async (tenantId: string, id: string): Promise<StoredChannel | undefined> => {
    const item = await table.get(tenantId, channelKey(id));
    return item && StoredChannel.parse(item);
  };

  return {
    find,

    /** Throws NotFound. */
    async get(tenantId: string, id: string): Promise<StoredChannel> {
      const channel = await find(tenantId, id);
      if (!channel) throw new NotFound("channel", id);
      return channel;
    },

    async list(tenantId: string, { limit, cursor }: PageQuery) {
      const page = await table.query(tenantId, { pk: channels, limit, cursor, consistent: true });
      return { items: page.items.map((item) => StoredChannel.parse(item)), cursor: page.cursor };
    },

    async all(tenantId: string): Promise<StoredChannel[]> {
      const found: StoredChannel[] = [];
      for await (const item of table.queryAll(tenantId, { pk: channels, consistent: true })) {
        found.push(StoredChannel.parse(item));
      }
      return found;
    },

    /** Counts and makes channels, and routes to them, while nobody else does. */
    oneAtATime<T>(tenantId: string, work: () => Promise<T>): Promise<T> {
      return oneAtATime(table, tenantId, "channels and routes", work);
    },

    create(tenantId: string, channel: StoredChannel, owed: readonly Envelope[] = []): Promise<Saved> {
      return table.change(tenantId, toItem(channel), owed, { absent: true });
    },

    /** Replaces version `channel.version` − 1. */
    replace(tenantId: string, channel: StoredChannel, owed: readonly Envelope[] = []): Promise<Saved> {
      return table.change(tenantId, toItem(channel), owed, { version: channel.version - 1 });
    },

    async remove(tenantId: string, id: string, owed: readonly Envelope[] = []): Promise<void> {
      await table.retire(tenantId, channelKey(id), owed);
    },

    /** Nothing is sent to the channel before that moment, whichever message was told so. */
    async pause(tenantId: string, id: string, untilMs: number): Promise<void> {
      const expiresAt = Math.ceil(untilMs / 1000) + 60;
      await table.put(tenantId, { ...pauseKey(id), untilMs, expiresAt });
    },

    async pausedUntilMs(tenantId: string, id: string): Promise<number> {
      const item = await table.get(tenantId, pauseKey(id));
      return item ? Pause.parse(item).untilMs : 0;
    },
  };
}

function toItem(channel: StoredChannel): Item {
  return { ...channelKey(channel.id), ...channel };
}
