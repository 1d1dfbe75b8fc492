import type { Envelope } from "../../events/envelope.ts";
import type { Item, Page, Saved, TenantTable } from "../platform/aws/tenant-table.ts";
import { isoTime } from "../platform/clock.ts";
import { Deployment } from "./schemas.ts";

const keepMs = 400 * 86_400_000;
const allList = "ALL";
const deploymentId = /^dep_[0-9A-Z]{26}$/;
const keyOf = (id: string) => ({ pk: `DEPLOYMENT#${id}`, sk: "DEPLOYMENT" });

export type DeploymentStore = ReturnType<typeof makeDeploymentStore>;

/** Deployments by id, and all of them by the time they took effect. */
export function makeDeploymentStore(table: TenantTable) {
  return {
    async get(tenantId: string, id: string): Promise<Deployment | undefined> {
      if (!deploymentId.test(id)) return undefined;
      const item = await table.get(tenantId, keyOf(id));
      return item && parse(item);
    },

    /** "lost" = there is one of this id already, and nothing happened. */
    add(tenantId: string, deployment: Deployment, events: readonly Envelope[]): Promise<Saved> {
      const item = {
        ...keyOf(deployment.id),
        body: JSON.stringify(deployment),
        expiresAt: Math.ceil((Date.parse(deployment.recordedAt) + keepMs) / 1000),
        gsi1pk: allList,
        gsi1sk: `${deployment.at}#${deployment.id}`,
      };
      return table.save(tenantId, item, events, { absent: true });
    },

    settle: (tenantId: string, id: string, events: readonly Envelope[]) =>
      table.settle(tenantId, keyOf(id), events),

    /** Those that took effect in [fromMs, toMs], newest first. */
    async list(
      tenantId: string,
      range: { fromMs: number; toMs: number; limit: number; cursor?: string | undefined },
    ): Promise<Page<Deployment>> {
      const { fromMs, toMs, limit, cursor } = range;
      const page = await table.query(tenantId, {
        index: "gsi1",
        pk: allList,
        from: isoTime(fromMs),
        to: `${isoTime(toMs)}~`,
        newestFirst: true,
        limit,
        cursor,
      });
      return { items: page.items.map(parse), cursor: page.cursor };
    },
  };
}

function parse(item: Item): Deployment {
  return Deployment.parse(JSON.parse(String(item["body"])));
}
