import { z } from "zod";
import type { Envelope } from "../../events/envelope.ts";
import type { Item, Key, Saved, TenantTable } from "../platform/aws/tenant-table.ts";
import { defaultProject } from "../platform/labels/project.ts";
import type { Observations, Seen } from "./observation.ts";
import { RunbookLink } from "./schemas.ts";

/** Services of two projects are two, though they have one name. */
export interface ServiceId {
  project: string;
  name: string;
}

/** What people declared of a service. */
export const Declared = z.object({
  project: z.string().default(defaultProject),
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
type Kind = "DECLARED" | "LEARNED" | "METRICS";
const stateKey = { pk: "LEARN", sk: "STATE" };
const keepS = 14 * 86_400;
/** Of more services, of the default project or of the others, so many of each kind are shown, by name. */
export const maxServices = 1_000;

export type ServiceStore = ReturnType<typeof makeServiceStore>;

/**
 * A tenant's services: what people declared and what telemetry showed lie apart, so neither writer undoes the
 * other. Which metrics a service sends lies apart again, for whoever needs it.
 */
export function makeServiceStore(table: TenantTable) {
  const listAll = async <T>(
    tenantId: string,
    kind: Kind,
    projects: readonly string[] | null,
    parse: (item: Item) => T,
  ) => {
    const lists = await Promise.all(
      listsOf(kind, projects).map(async (list) => {
        const items: T[] = [];
        for await (const item of table.queryAll(tenantId, list)) {
          if (items.length === maxServices) return { items, truncated: true };
          items.push(parse(item));
        }
        return { items, truncated: false };
      }),
    );
    return {
      items: lists.flatMap(({ items }) => items),
      truncated: lists.some(({ truncated }) => truncated),
    };
  };

  return {
    async declared(tenantId: string, id: ServiceId): Promise<Declared | undefined> {
      const item = await table.get(tenantId, keyOf("DECLARED", id));
      return item && Declared.parse(item);
    },

    async learned(tenantId: string, id: ServiceId): Promise<Seen | undefined> {
      const item = await table.get(tenantId, keyOf("LEARNED", id));
      return item && toSeen(item);
    },

    /** Those of these projects; of every project for null. */
    listDeclared: (tenantId: string, projects: readonly string[] | null) =>
      listAll(tenantId, "DECLARED", projects, (item) => Declared.parse(item)),

    /** Those of these projects, of every project for null; without their metrics. */
    listLearned: (tenantId: string, projects: readonly string[] | null) =>
      listAll(tenantId, "LEARNED", projects, (item) => ({ ...idOf(item), seen: toSeen(item) })),

    /** What telemetry showed of these services of a project. */
    async learnedOf(tenantId: string, project: string, names: readonly string[]) {
      const items = await table.getMany(
        tenantId,
        names.map((name) => keyOf("LEARNED", { project, name })),
      );
      return new Map(items.map((item) => [idOf(item).name, toSeen(item)]));
    },

    /** The metrics each of these services of a project sends, and when it last did. */
    async metricsOf(
      tenantId: string,
      project: string,
      names: readonly string[],
    ): Promise<Map<string, Map<string, number>>> {
      const items = await table.getMany(
        tenantId,
        names.map((name) => keyOf("METRICS", { project, name })),
      );
      return new Map(items.map((item) => [idOf(item).name, timesOf(item["metrics"])]));
    },

    /** Guarded by the version before it; null = nothing was declared yet. */
    declare(
      tenantId: string,
      declared: Declared,
      previousVersion: number | null,
      owed: readonly Envelope[],
    ): Promise<Saved> {
      const guard = previousVersion === null ? { absent: true as const } : { version: previousVersion };
      return table.change(tenantId, { ...keyOf("DECLARED", declared), ...declared }, owed, guard);
    },

    /** Guarded by the version that was looked at; 0 = nothing was declared. */
    undeclare(tenantId: string, id: ServiceId, version: number, owed: readonly Envelope[]): Promise<Saved> {
      const guard = version === 0 ? { absent: true as const } : { version };
      return table.retire(tenantId, keyOf("DECLARED", id), owed, guard);
    },

    async forget(tenantId: string, id: ServiceId): Promise<void> {
      await table.remove(tenantId, keyOf("LEARNED", id));
      await table.remove(tenantId, keyOf("METRICS", id));
    },

    /** Replaces what is known of these services from telemetry. */
    async saveLearned(tenantId: string, learned: Observations, nowMs: number): Promise<void> {
      const expiresAt = Math.ceil(nowMs / 1000) + keepS;
      const items = [...learned].flatMap(([project, observation]) =>
        [...observation].flatMap(([name, { hosts, callees, metrics }]) => {
          const id = { project, name };
          const seen = { hosts: textOf(hosts), callees: textOf(callees) };
          return [
            { ...keyOf("LEARNED", id), ...id, ...seen, expiresAt },
            { ...keyOf("METRICS", id), ...id, metrics: textOf(metrics), expiresAt },
          ];
        }),
      );
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

/**
 * The default project's services lie by their names, those of the others together behind their project's, in quotes:
 * so no name out of telemetry can be mistaken for one of another project.
 */
function keyOf(kind: Kind, { project, name }: ServiceId): Key {
  if (project === defaultProject) return { pk: kind, sk: name };
  return { pk: othersOf(kind), sk: `${JSON.stringify(project)}${name}` };
}

const othersOf = (kind: Kind) => `${kind}#PROJECTS`;

/** What to ask for the services of these projects; of every project for null. */
function listsOf(kind: Kind, projects: readonly string[] | null): { pk: string; prefix?: string }[] {
  if (projects === null) return [{ pk: kind }, { pk: othersOf(kind) }];
  return projects.map((project) =>
    project === defaultProject ? { pk: kind } : { pk: othersOf(kind), prefix: JSON.stringify(project) },
  );
}

/** A row that names neither is the default project's, under its key. */
function idOf({ sk, project = defaultProject, name = sk }: Item): ServiceId {
  return { project: String(project), name: String(name) };
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
