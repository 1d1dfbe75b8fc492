import { z } from "zod";
import { Labels } from "../../events/alerts.ts";
import type { TenantTable } from "../platform/aws/tenant-table.ts";
import { isoTime } from "../platform/clock.ts";

/** How an incident looked, and what it came from as far as is known. */
export const PastCase = z.object({
  incidentId: z.string(),
  /** null: it was stored before cases said so, and is like none of any project. */
  project: z.string().nullable().default(null),
  title: z.string(),
  openedAt: z.iso.datetime(),
  service: z.string().nullable(),
  rules: z.array(z.string()),
  labels: Labels,
  cause: z.object({ service: z.string(), metric: z.string().nullable() }).nullable(),
  /** A person said so. */
  validated: z.boolean(),
});
export type PastCase = z.infer<typeof PastCase>;

export type SignatureStore = ReturnType<typeof makeSignatureStore>;

const partition = "SIGNATURES";
const keepMs = 400 * 86_400_000;
const mostCompared = 300;

/** What is remembered of a tenant's analysed incidents to recognise their like, by the time they opened. */
export function makeSignatureStore(table: TenantTable) {
  return {
    async save(tenantId: string, past: PastCase): Promise<void> {
      const expiresAt = Math.ceil((Date.parse(past.openedAt) + keepMs) / 1000);
      const sk = `${past.openedAt}#${past.incidentId}`;
      await table.put(tenantId, { pk: partition, sk, body: JSON.stringify(past), expiresAt });
    },

    async get(
      tenantId: string,
      { openedAt, incidentId }: Pick<PastCase, "openedAt" | "incidentId">,
    ): Promise<PastCase | undefined> {
      const item = await table.get(tenantId, { pk: partition, sk: `${openedAt}#${incidentId}` });
      return item && PastCase.parse(JSON.parse(String(item["body"])));
    },

    /** Those that opened up to a moment, the newest first, at most three hundred. */
    async before(tenantId: string, beforeMs: number): Promise<PastCase[]> {
      const to = `${isoTime(beforeMs)}~`;
      const page = await table.query(tenantId, { pk: partition, to, newestFirst: true, limit: mostCompared });
      return page.items.map((item) => PastCase.parse(JSON.parse(String(item["body"]))));
    },
  };
}
