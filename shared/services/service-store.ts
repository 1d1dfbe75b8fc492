import { z } from "zod";
import type { Envelope } from "../../events/envelope.ts";
import type { Item, Saved, TenantTable } from "../platform/aws/tenant-table.ts";
import type { Observation, Seen } from "./observation.ts";
import { RunbookLink } from "./schemas.ts";

/** What people declared of a service. */
export const Declared = z.object({
  name: z.string(),
  owner: z.string().nullable(),
  description: z.string().nullable(),
  dependencies: z.array(z.string()),
  runbooks: z.array(RunbookLink),
  updatedAt: z.string(),
  updatedBy: z.string(),
  version: z.int().positive(),
});
export type Declared = z.infer<typeof Declared>;

/** How far telemetry's index was read: of each metric how many series it had then, and when that was. */
export type LearnState = Map<string, { series: number; atMs: number }>;
const LearnStateText = z.array(z.tuple([z.string(), z.object({ series: z.int(), atMs: z.number() })]));

const Times = z.array(z.tuple([z.string(), z.number()]));
const declaredPartition = "DECLARED";
const learnedPartition = "LEARNED";
const metricsPartition = "METRICS";
const stateKey = { pk: "LEARN", sk: "STATE" };
const keepS = 14 * 86_400;
/** A tenant of more services is shown this many of each kind, by name. */
export const maxServices = 1_000;

export type ServiceStore = ReturnType<typeof makeServiceStore>;

/**
 * A tenant's services: what people declared and what telemetry showed lie apart, so neither writer undoes the
 * other. Which metrics a service sends lies apart again, for whoever needs it.
 */
export function makeServiceStore(table: TenantTable) {
  const listAll = async <T>(tenantId: string, pk: string, parse: (item: Item) => T) => {
    const items: T[] = [];
    for await (const item of table.queryAll(tenantId, { pk })) {
      if (items.length === maxServices) return { items, truncated: true };
      items.push(parse(item));
    }
    return { items, truncated: false };
  };

  return {
    async declared(tenantId: string, name: string): Promise<Declared | undefined> {
      const item = await table.get(tenantId, { pk: declaredPartition, sk: name });
      return item && Declared.parse(item);
    },

    async learned(tenantId: string, name: string): Promise<Seen | undefined> {
      const item = await table.get(tenantId, { pk: learnedPartition, sk: name });
      return item && toSeen(item);
    },

    listDeclared: (tenantId: string) => listAll(tenantId, declaredPartition, (item) => Declared.parse(item)),

    /** Without their metrics. */
    listLearned: (tenantId: string) =>
      listAll(tenantId, learnedPartition, (item) => ({ name: item.sk, seen: toSeen(item) })),

    /** The metrics each of these services sends, and when it last did. */
    async metricsOf(tenantId: string, names: readonly string[]): Promise<Map<string, Map<string, number>>> {
      const items = await table.getMany(
        tenantId,
        names.map((sk) => ({ pk: metricsPartition, sk })),
      );
      return new Map(items.map((item) => [item.sk, timesOf(item["metrics"])]));
    },

    /** Guarded by the version before it; null = nothing was declared yet. */
    declare(
      tenantId: string,
      declared: Declared,
      previousVersion: number | null,
      owed: readonly Envelope[],
    ): Promise<Saved> {
      const guard = previousVersion === null ? { absent: true as const } : { version: previousVersion };
      return table.change(tenantId, { pk: declaredPartition, sk: declared.name, ...declared }, owed, guard);
    },

    async undeclare(tenantId: string, name: string, owed: readonly Envelope[]): Promise<void> {
      await table.retire(tenantId, { pk: declaredPartition, sk: name }, owed);
    },

    async forget(tenantId: string, name: string): Promise<void> {
      await table.remove(tenantId, { pk: learnedPartition, sk: name });
      await table.remove(tenantId, { pk: metricsPartition, sk: name });
    },

    /** Replaces what is known of these services from telemetry. */
    async saveLearned(tenantId: string, learned: Observation, nowMs: number): Promise<void> {
      const expiresAt = Math.ceil(nowMs / 1000) + keepS;
      const items = [...learned].flatMap(([sk, { hosts, callees, metrics }]) => [
        { pk: learnedPartition, sk, hosts: textOf(hosts), callees: textOf(callees), expiresAt },
        { pk: metricsPartition, sk, metrics: textOf(metrics), expiresAt },
      ]);
      await table.putMany(tenantId, items);
    },

    async learnState(tenantId: string): Promise<LearnState> {
      const item = await table.get(tenantId, stateKey);
      return new Map(item ? LearnStateText.parse(JSON.parse(String(item["body"]))) : []);
    },

    async saveLearnState(tenantId: string, state: LearnState): Promise<void> {
      await table.put(tenantId, { ...stateKey, body: JSON.stringify([...state]) });
    },
  };
}

function toSeen(item: Item): Seen {
  return { hosts: timesOf(item["hosts"]), callees: timesOf(item["callees"]), metrics: new Map() };
}

/** Pairs, so that no name out of telemetry can be mistaken for a part of an object. */
function textOf(times: ReadonlyMap<string, number>): string {
  return JSON.stringify([...times]);
}

function timesOf(text: unknown): Map<string, number> {
  return new Map(Times.parse(JSON.parse(String(text))));
}
