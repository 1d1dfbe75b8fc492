import type { Item, Key, Saved, TenantTable } from "../platform/aws/tenant-table.ts";
import { defaultProject } from "../platform/labels/project.ts";
import { type AlertSignal, correlationKeys } from "./alert-signal.ts";
import { KeyPointer } from "./key-pointer.ts";
import { Member } from "./member.ts";
import type { Remember } from "./plan-batch.ts";
import { RuleSpread } from "./rule-spread.ts";

/** A resolution that came before its firing waits this long for it. */
const earlyMs = 24 * 3_600_000;
const maxFormer = 3;

export type CorrelationStore = ReturnType<typeof makeCorrelationStore>;

export function makeCorrelationStore(table: TenantTable) {
  return {
    /** Pointers, early resolutions and rule spreads in one read. */
    async lookUp(tenantId: string, signals: readonly AlertSignal[]) {
      const keys = [
        ...signals.flatMap(correlationKeys).map(pointerKey),
        ...signals.map(earlyKey),
        ...signals.map((signal) => spreadKey(signal.ruleId)),
      ];
      const rows = await table.getMany(tenantId, distinct(keys));
      const of = (prefix: string) => rows.filter((row) => row.pk.startsWith(prefix));
      return {
        pointers: new Map(of("KEY#").map((row) => [String(row["key"]), KeyPointer.parse(row)])),
        early: of("EARLY#").map(toSignal),
        spreads: new Map(of("SPREAD#").map((row) => [String(row["ruleId"]), RuleSpread.parse(row)])),
      };
    },

    /** Leads the key to a new incident, unless somebody moved the pointer since it was read. */
    async claim(
      tenantId: string,
      key: string,
      was: KeyPointer | undefined,
      incidentId: string,
    ): Promise<Saved> {
      const formerIds = [...(was?.incidentId ? [was.incidentId] : []), ...(was?.formerIds ?? [])];
      return putPointer(table, tenantId, was, {
        key,
        incidentId,
        formerIds: formerIds.slice(0, maxFormer),
        version: (was?.version ?? 0) + 1,
      });
    },

    /**
     * Keeps resolutions for the firings that are still under way. The pointers move on by a version, so whoever
     * was just opening an incident under them reads again, and finds them.
     */
    async remember(tenantId: string, { signals, pointers }: Remember, nowMs: number): Promise<Saved> {
      const expiresAt = Math.ceil((nowMs + earlyMs) / 1000);
      const rows = signals.map((signal) => ({ ...earlyKey(signal), ...signal, expiresAt }));
      await table.putMany(tenantId, rows);
      const moved = await Promise.all(
        [...pointers].map(([key, was]) =>
          putPointer(table, tenantId, was, {
            key,
            incidentId: was?.incidentId ?? null,
            formerIds: was?.formerIds ?? [],
            version: (was?.version ?? 0) + 1,
          }),
        ),
      );
      return moved.includes("lost") ? "lost" : "saved";
    },

    async saveSpread(tenantId: string, was: RuleSpread | undefined, now: RuleSpread): Promise<Saved> {
      const guard = was ? { version: was.version } : { absent: true as const };
      return table.put(tenantId, { ...spreadKey(now.ruleId), ...now }, guard);
    },
  };
}

function putPointer(
  table: TenantTable,
  tenantId: string,
  was: KeyPointer | undefined,
  now: KeyPointer,
): Promise<Saved> {
  const guard = was ? { version: was.version } : { absent: true as const };
  return table.put(tenantId, { ...pointerKey(now.key), ...now }, guard);
}

/** The row is shaped like a member without its `firing`: that is a signal. */
function toSignal(row: Item): AlertSignal {
  const { firing: _, ...signal } = Member.parse({ ...row, firing: false });
  return { ...signal, project: typeof row["project"] === "string" ? row["project"] : defaultProject };
}

const pointerKey = (key: string) => ({ pk: `KEY#${key}`, sk: "POINTER" });
const earlyKey = ({ alertId, startedAt }: AlertSignal) => ({ pk: `EARLY#${alertId}`, sk: startedAt });
const spreadKey = (ruleId: string) => ({ pk: `SPREAD#${ruleId}`, sk: "SERVICES" });

function distinct(keys: readonly Key[]): Key[] {
  return [...new Map(keys.map((key) => [JSON.stringify(key), key])).values()];
}
