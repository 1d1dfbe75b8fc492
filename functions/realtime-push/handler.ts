import { type Delivery, queueDoor } from "../../shared/platform/lambda/queue-door.ts";
import type { Cut } from "../../shared/realtime/cut-connections.ts";
import { type Services, services } from "./services.ts";

const shown = [
  "alert.fired.v1",
  "alert.severity-changed.v1",
  "alert.resolved.v1",
  "incident.opened.v1",
  "incident.updated.v1",
  "incident.state-changed.v1",
  "analysis.completed.v1",
  "anomaly.detected.v1",
  "anomaly.ended.v1",
] as const;
/** Whoever they are about may listen no more, or not as before. */
const cutting = [
  "member.role-changed.v1",
  "member.removed.v1",
  "session.ended.v1",
  "connection.expired.v1",
  "audit.recorded.v1",
] as const;
/** Acts after which a key's streams are opened anew, with what is left of the key, or not at all. */
const endingKeys = ["api-key.revoked", "api-key.rotated"];
const types = [...shown, ...cutting] as const;
type LiveDelivery = Delivery<(typeof types)[number]>;

/** What arrived together goes out together, one tenant at a time; a tenant that fails fails alone. */
export async function onEvents(deliveries: LiveDelivery[], services: Services): Promise<LiveDelivery[]> {
  const tenants = Object.entries(Object.groupBy(deliveries, (delivery) => delivery.ctx.tenantId));
  const failed = await Promise.all(
    tenants.flatMap(([tenantId, own = []]) => {
      const cuts = own.filter(({ event }) => isCutting(event.type));
      const news = own.filter(({ event }) => !isCutting(event.type));
      return [
        cuts.length > 0 ? cutTenant(tenantId, cuts, services) : [],
        news.length > 0 ? pushTenant(tenantId, news, services) : [],
      ];
    }),
  );
  return failed.flat();
}

const isCutting = (type: string) => (cutting as readonly string[]).includes(type);

async function cutTenant(tenantId: string, own: LiveDelivery[], services: Services): Promise<LiveDelivery[]> {
  try {
    await services.cut(
      tenantId,
      own.flatMap(({ event }): Cut[] => {
        if (event.type === "connection.expired.v1") return [{ connectionId: event.data.connectionId }];
        if (event.type === "session.ended.v1") return [{ sessionId: event.data.sessionId }];
        if (event.type === "audit.recorded.v1") {
          return endingKeys.includes(event.data.action) ? [{ keyId: event.data.resource.id }] : [];
        }
        return "personId" in event.data ? [{ personId: event.data.personId }] : [];
      }),
    );
    return [];
  } catch (error) {
    services.log.error("listeners could not be cut off", { error, events: own.length });
    return own;
  }
}

async function pushTenant(
  tenantId: string,
  own: LiveDelivery[],
  services: Services,
): Promise<LiveDelivery[]> {
  try {
    await services.push(
      tenantId,
      own.map(({ ctx, event }) => ({ nowMs: ctx.nowMs, event })),
    );
    return [];
  } catch (error) {
    services.log.error("events could not be pushed", { error, events: own.length });
    return own;
  }
}

export const handler = queueDoor({ services, name: "realtime-push", types, batch: onEvents });
