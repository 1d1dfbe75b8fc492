import { z } from "zod";
import type { Envelope } from "../../events/envelope.ts";
import { oneAtATime } from "../platform/aws/one-at-a-time.ts";
import type { Item, Page, Saved, TenantTable } from "../platform/aws/tenant-table.ts";
import { AlertRule } from "./schemas.ts";

/** A rule, and who deleted it while its open alerts are still being closed. */
export const StoredRule = z.object({ rule: AlertRule, deletedBy: z.string().nullable() });
export type StoredRule = z.infer<typeof StoredRule>;

export type RuleStore = ReturnType<typeof makeRuleStore>;

const partition = "RULES";
const ruleKey = (ruleId: string) => ({ pk: partition, sk: ruleId });
const revisionKey = { pk: "RULES#REVISION", sk: "REVISION" };

/** A tenant's rules, under one partition, and a revision that rises with every change of any of them. */
export function makeRuleStore(table: TenantTable) {
  const raiseRevision = (tenantId: string) => table.add(tenantId, revisionKey, { revision: 1 });

  return {
    async get(tenantId: string, ruleId: string): Promise<StoredRule | undefined> {
      const item = await table.get(tenantId, ruleKey(ruleId));
      return item && parse(item);
    },

    /** Rules that are not deleted, oldest first. */
    async list(tenantId: string, limit: number, cursor?: string): Promise<Page<AlertRule>> {
      const page = await table.query(tenantId, { pk: partition, limit, cursor });
      const rules = page.items.map(parse).filter(({ deletedBy }) => deletedBy === null);
      return { items: rules.map(({ rule }) => rule), cursor: page.cursor };
    },

    /** Every rule, deleted ones that still have open alerts among them. */
    async listAll(tenantId: string): Promise<StoredRule[]> {
      const rules: StoredRule[] = [];
      for await (const item of table.queryAll(tenantId, { pk: partition, consistent: true })) {
        rules.push(parse(item));
      }
      return rules;
    },

    /** `previousVersion` is null for a new rule. A change takes effect when it is saved and the revision has risen. */
    async save(
      tenantId: string,
      stored: StoredRule,
      previousVersion: number | null,
      owed: readonly Envelope[] = [],
    ): Promise<Saved> {
      const guard = previousVersion === null ? { absent: true as const } : { version: previousVersion };
      const { id, version } = stored.rule;
      const item = { ...ruleKey(id), version, body: JSON.stringify(stored) };
      const saved = await table.change(tenantId, item, owed, guard);
      if (saved === "saved") await raiseRevision(tenantId);
      return saved;
    },

    /** Counts and makes rules while nobody else does. */
    oneAtATime<T>(tenantId: string, work: () => Promise<T>): Promise<T> {
      return oneAtATime(table, tenantId, "alert rules", work);
    },

    /** Leaves a rule that still owes events to the next time. */
    async forget(tenantId: string, ruleId: string): Promise<void> {
      const removed = await table.remove(tenantId, ruleKey(ruleId), { settled: true });
      if (removed === "saved") await raiseRevision(tenantId);
    },

    async revision(tenantId: string): Promise<number> {
      const item = await table.get(tenantId, revisionKey);
      return Number(item?.["revision"] ?? 0);
    },
  };
}

function parse(item: Item): StoredRule {
  return StoredRule.parse(JSON.parse(String(item["body"])));
}
