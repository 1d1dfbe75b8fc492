import { z } from "zod";
import type { Envelope } from "../../events/envelope.ts";
import type { Item, Page, Saved, TenantTable } from "../platform/aws/tenant-table.ts";
import { derivedId } from "../platform/ids.ts";
import { Analysis, Evidence, Feedback } from "./schemas.ts";

/** An analysis as it is kept: its evidence lies beside it, and what people said of it is joined on reading. */
export const AnalysisRecord = Analysis.omit({ evidence: true });
export type AnalysisRecord = z.infer<typeof AnalysisRecord>;

/** Where an incident's analyses stand. */
export const Head = z.object({
  /** Rises with every write. */
  version: z.int(),
  /** The version of the newest analysis; 0 = there is none. */
  latest: z.int(),
  /** The version of the incident that the newest one was made from. */
  incidentVersion: z.int(),
  rankedMs: z.number(),
  /** Somebody makes one until then. */
  claimedUntilMs: z.number(),
  /** One waits in the queue and begins by then. */
  pendingUntilMs: z.number(),
  /** The newest one saw too little; another look is due then. 0 = none is. */
  nextLookMs: z.number(),
});
export type Head = z.infer<typeof Head>;

export const noHead: Head = {
  version: 0,
  latest: 0,
  incidentVersion: 0,
  rankedMs: 0,
  claimedUntilMs: 0,
  pendingUntilMs: 0,
  nextLookMs: 0,
};

const keepS = 400 * 86_400;
/** A DynamoDB item holds 400 KB. */
const bytesPerItem = 300_000;
const partition = (incidentId: string) => `INC#${incidentId}`;
const headKey = (incidentId: string) => ({ pk: partition(incidentId), sk: "HEAD" });
const analysisKey = (incidentId: string, version: number) => ({
  pk: partition(incidentId),
  sk: `ANALYSIS#${String(version).padStart(6, "0")}`,
});
const evidencePartition = (analysisId: string) => `EVIDENCE#${analysisId}`;
const feedbackKey = (incidentId: string, hypothesisId: string) => ({
  pk: partition(incidentId),
  sk: `FEEDBACK#${hypothesisId}`,
});

export const analysisIdOf = (incidentId: string, version: number) =>
  derivedId("analysis", incidentId, version);

export type AnalysisStore = ReturnType<typeof makeAnalysisStore>;

/** A tenant's analyses by incident and version. */
export function makeAnalysisStore(table: TenantTable) {
  const evidenceOf = async (tenantId: string, analysisId: string): Promise<Evidence[]> => {
    const pieces: Evidence[] = [];
    for await (const item of table.queryAll(tenantId, { pk: evidencePartition(analysisId) })) {
      pieces.push(...z.array(Evidence).parse(JSON.parse(String(item["body"]))));
    }
    return pieces;
  };

  return {
    async head(tenantId: string, incidentId: string): Promise<Head> {
      const item = await table.get(tenantId, headKey(incidentId));
      return item ? Head.parse(item) : noHead;
    },

    /** Guarded by the version read. */
    moveHead(
      tenantId: string,
      incidentId: string,
      was: Head,
      set: Partial<Head>,
      nowMs: number,
    ): Promise<Saved> {
      const guard = was.version === 0 ? { absent: true as const } : { version: was.version };
      const item = { ...was, ...set, version: was.version + 1, expiresAt: Math.ceil(nowMs / 1000) + keepS };
      return table.put(tenantId, { ...headKey(incidentId), ...item }, guard);
    },

    /** Saves a new analysis with its evidence and the events it owes; "lost" = this version is there already. */
    async add(
      tenantId: string,
      { evidence, ...record }: Analysis,
      events: readonly Envelope[],
    ): Promise<Saved> {
      const expiresAt = Math.ceil(Date.parse(record.createdAt) / 1000) + keepS;
      await table.putMany(
        tenantId,
        inParts(evidence).map((body, i) => ({
          pk: evidencePartition(record.id),
          sk: String(i).padStart(3, "0"),
          body,
          expiresAt,
        })),
      );
      const item = { ...analysisKey(record.incidentId, record.version), ...recordItem(record, 1), expiresAt };
      return table.save(tenantId, item, events, { absent: true });
    },

    /** The record and the version of its last write; without evidence. */
    async find(
      tenantId: string,
      incidentId: string,
      version: number,
    ): Promise<{ record: AnalysisRecord; writes: number; claimedUntilMs: number } | undefined> {
      const item = await table.get(tenantId, analysisKey(incidentId, version));
      return item && toFound(item);
    },

    /** With its evidence. */
    async read(tenantId: string, incidentId: string, version: number): Promise<Analysis | undefined> {
      const item = await table.get(tenantId, analysisKey(incidentId, version));
      if (!item) return undefined;
      const { record } = toFound(item);
      return { ...record, evidence: await evidenceOf(tenantId, record.id) };
    },

    /** Whoever gets "saved" explains it, alone, until then. */
    claim(
      tenantId: string,
      { incidentId, version }: Pick<AnalysisRecord, "incidentId" | "version">,
      writes: number,
      untilMs: number,
    ): Promise<Saved> {
      const item = { ...analysisKey(incidentId, version), version: writes + 1, claimedUntilMs: untilMs };
      return table.save(tenantId, item, [], { version: writes });
    },

    /** Replaces the record, guarded by the writes before it. */
    replace(
      tenantId: string,
      record: AnalysisRecord,
      writes: number,
      events: readonly Envelope[],
    ): Promise<Saved> {
      const key = analysisKey(record.incidentId, record.version);
      return table.save(tenantId, { ...key, ...recordItem(record, writes + 1) }, events, { version: writes });
    },

    settle(
      tenantId: string,
      { incidentId, version }: Pick<AnalysisRecord, "incidentId" | "version">,
      events: readonly Envelope[],
    ): Promise<void> {
      return table.settle(tenantId, analysisKey(incidentId, version), events);
    },

    /** Newest first, without evidence. */
    async list(
      tenantId: string,
      incidentId: string,
      limit: number,
      cursor?: string,
    ): Promise<Page<AnalysisRecord>> {
      const page = await table.query(tenantId, {
        pk: partition(incidentId),
        prefix: "ANALYSIS#",
        newestFirst: true,
        limit,
        cursor,
      });
      return { items: page.items.map((item) => toFound(item).record), cursor: page.cursor };
    },

    async feedback(tenantId: string, incidentId: string): Promise<Map<string, Feedback>> {
      const said = new Map<string, Feedback>();
      for await (const item of table.queryAll(tenantId, { pk: partition(incidentId), prefix: "FEEDBACK#" })) {
        said.set(item.sk.slice("FEEDBACK#".length), Feedback.parse(JSON.parse(String(item["body"]))));
      }
      return said;
    },

    async saveFeedback(
      tenantId: string,
      incidentId: string,
      hypothesisId: string,
      feedback: Feedback,
      owed: readonly Envelope[],
    ): Promise<void> {
      const expiresAt = Math.ceil(Date.parse(feedback.at) / 1000) + keepS;
      const item = { ...feedbackKey(incidentId, hypothesisId), body: JSON.stringify(feedback), expiresAt };
      await table.change(tenantId, item, owed);
    },
  };
}

function recordItem(record: AnalysisRecord, writes: number) {
  return { version: writes, claimedUntilMs: 0, body: JSON.stringify(record) };
}

function toFound(item: Item) {
  return {
    record: AnalysisRecord.parse(JSON.parse(String(item["body"]))),
    writes: Number(item["version"]),
    claimedUntilMs: Number(item["claimedUntilMs"]),
  };
}

/** JSON arrays that each fit an item. */
function inParts(evidence: readonly Evidence[]): string[] {
  const parts: string[][] = [];
  let bytes = bytesPerItem;
  for (const piece of evidence) {
    const text = JSON.stringify(piece);
    const size = Buffer.byteLength(text) + 1;
    if (bytes + size > bytesPerItem) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)?.push(text);
    bytes += size;
  }
  return parts.map((texts) => `[${texts.join(",")}]`);
}
