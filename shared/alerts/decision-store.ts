import type { Item, Page, TenantTable } from "../platform/aws/tenant-table.ts";
import { AlertDecision } from "./schemas.ts";

export type DecisionStore = ReturnType<typeof makeDecisionStore>;

const keptForS = 90 * 86_400;

/** Decision records by alert and by rule, kept 90 days. Writing one twice leaves one. */
export function makeDecisionStore(table: TenantTable) {
  return {
    note(tenantId: string, decisions: readonly AlertDecision[]): Promise<void> {
      return table.putMany(tenantId, decisions.map(toItem));
    },

    /** Notes what an evaluation saw, once for each rule and minute; later ones of that minute change nothing. */
    async noteEvaluated(tenantId: string, decision: AlertDecision): Promise<void> {
      const minute = decision.at.slice(0, 16);
      const item = { ...toItem(decision), pk: `EVALUATED#${decision.ruleId}`, sk: minute };
      await table.put(tenantId, item, { absent: true });
    },

    /** Newest first. */
    async listOfAlert(tenantId: string, alertId: string, limit: number, cursor?: string) {
      const page = await table.query(tenantId, {
        pk: alertPartition(alertId),
        newestFirst: true,
        limit,
        cursor,
      });
      return parsed(page);
    },

    /** Newest first: the decisions of all its alerts, and what its evaluations saw. */
    async listOfRule(tenantId: string, ruleId: string, limit: number, cursor?: string) {
      const page = await table.query(tenantId, {
        index: "gsi1",
        pk: rulePartition(ruleId),
        newestFirst: true,
        limit,
        cursor,
      });
      return parsed(page);
    },
  };
}

const alertPartition = (alertId: string) => `DECISIONS#${alertId}`;
const rulePartition = (ruleId: string) => `DECISIONS#${ruleId}`;

function toItem(decision: AlertDecision): Item {
  const sortKey = `${decision.at}#${decision.id}`;
  return {
    pk: alertPartition(decision.alertId ?? decision.ruleId),
    sk: sortKey,
    gsi1pk: rulePartition(decision.ruleId),
    gsi1sk: sortKey,
    body: JSON.stringify(decision),
    expiresAt: Math.floor(Date.parse(decision.at) / 1000) + keptForS,
  };
}

function parsed(page: Page<Item>): Page<AlertDecision> {
  return {
    items: page.items.map((item) => AlertDecision.parse(JSON.parse(String(item["body"])))),
    cursor: page.cursor,
  };
}
