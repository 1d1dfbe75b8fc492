import { createHash } from "node:crypto";
import { z } from "zod";
import { Severity } from "../../events/alerts.ts";
import type { TenantTable } from "../platform/aws/tenant-table.ts";
import { defaultProject } from "../platform/labels/project.ts";

/** One message that was folded into a digest. */
export const FoldedLine = z.object({
  deliveryId: z.string(),
  /** Its incident's. */
  project: z.string().default(defaultProject),
  severity: Severity,
  title: z.string(),
});
export type FoldedLine = z.infer<typeof FoldedLine>;

const Window = z.object({ incidentId: z.string(), endsAtMs: z.int(), version: z.int() });
const Counter = z.object({ messages: z.int() });

export interface WindowInput {
  channelId: string;
  routeId: string;
  /** The values of the labels that are grouped by. */
  group: string;
  incidentId: string;
  windowMs: number;
}
export type FoldStore = ReturnType<typeof makeFoldStore>;

/** A digest names no more than it can count cheaply. */
const maxLines = 2_000;
const dayS = 86_400;

/** Counts messages, keeps the windows of groups, and collects what is folded together. */
export function makeFoldStore(table: TenantTable) {
  return {
    /** How many messages the channel has had in this minute, with this one. */
    async countInMinute(tenantId: string, channelId: string, nowMs: number): Promise<number> {
      const key = { pk: `CHANNEL#${channelId}`, sk: `MINUTE#${Math.floor(nowMs / 60_000)}` };
      const expiresAt = Math.ceil(nowMs / 1000) + 600;
      return Counter.parse(await table.add(tenantId, key, { messages: 1 }, { expiresAt })).messages;
    },

    /** How many text messages the tenant has had on this UTC day, with this one. */
    async countSmsOfDay(tenantId: string, nowMs: number): Promise<number> {
      const key = { pk: "SMS", sk: `DAY#${Math.floor(nowMs / (dayS * 1000))}` };
      const expiresAt = Math.ceil(nowMs / 1000) + 2 * dayS;
      return Counter.parse(await table.add(tenantId, key, { messages: 1 }, { expiresAt })).messages;
    },

    /**
     * Whether the incident is the first of its group in this channel, and so begins a window, or falls into one
     * that is open. Asked twice for one incident, it answers the same.
     */
    async enterWindow(
      tenantId: string,
      input: WindowInput,
      nowMs: number,
    ): Promise<{ kind: "first" } | { kind: "within"; endsAtMs: number; firstIncidentId: string }> {
      const key = { pk: `GROUP#${input.channelId}#${input.routeId}`, sk: digestOf(input.group) };
      for (let attempt = 0; attempt < 4; attempt++) {
        const item = await table.get(tenantId, key);
        const open = item && Window.parse(item);
        if (open && open.endsAtMs > nowMs) {
          return open.incidentId === input.incidentId
            ? { kind: "first" }
            : { kind: "within", endsAtMs: open.endsAtMs, firstIncidentId: open.incidentId };
        }
        const endsAtMs = nowMs + input.windowMs;
        const begun = {
          incidentId: input.incidentId,
          endsAtMs,
          version: (open?.version ?? 0) + 1,
          expiresAt: Math.ceil(endsAtMs / 1000) + dayS,
        };
        const guard = open ? { version: open.version } : ({ absent: true } as const);
        if ((await table.put(tenantId, { ...key, ...begun }, guard)) === "saved") return { kind: "first" };
      }
      return { kind: "first" };
    },

    async fold(tenantId: string, digestId: string, line: FoldedLine, nowMs: number): Promise<void> {
      const expiresAt = Math.ceil(nowMs / 1000) + 7 * dayS;
      await table.put(tenantId, { pk: `DIGEST#${digestId}`, sk: line.deliveryId, ...line, expiresAt });
    },

    /** Everything folded into the digest, up to 2,000 lines. */
    async folded(tenantId: string, digestId: string): Promise<FoldedLine[]> {
      const lines: FoldedLine[] = [];
      for await (const item of table.queryAll(tenantId, { pk: `DIGEST#${digestId}`, consistent: true })) {
        lines.push(FoldedLine.parse(item));
        if (lines.length === maxLines) break;
      }
      return lines;
    },
  };
}

/** Ten label values are longer than a key may be. */
function digestOf(group: string): string {
  return createHash("sha256").update(group).digest("base64url");
}
