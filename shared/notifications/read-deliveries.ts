import type { Ctx } from "../platform/context.ts";
import { NotFound } from "../platform/errors.ts";
import { fillPage } from "../platform/fill-page.ts";
import { maySeeProject } from "../platform/labels/project.ts";
import type { DeliveryStore } from "./delivery-store.ts";
import { Delivery, type DeliveryFilter, type DeliveryList } from "./schemas.ts";

/** Newest first, of the projects that may be seen. */
export async function listDeliveries(
  ctx: Ctx,
  filter: DeliveryFilter,
  deliveries: DeliveryStore,
): Promise<DeliveryList> {
  const { items, cursor } = await fillPage(
    filter,
    (part) => deliveries.list(ctx.tenantId, { ...filter, ...part }),
    (delivery) => isSeen(ctx, delivery),
  );
  return { items: items.map((item) => Delivery.parse(item)), cursor };
}

/** Throws NotFound, for another project's too. */
export async function readDelivery(ctx: Ctx, id: string, deliveries: DeliveryStore): Promise<Delivery> {
  const delivery = await deliveries.get(ctx.tenantId, id);
  if (!isSeen(ctx, delivery)) throw new NotFound("delivery", id);
  return Delivery.parse(delivery);
}

/** Unlike a channel, what is the whole tenant's may count incidents of every project. */
function isSeen(ctx: Ctx, { project }: Delivery): boolean {
  return project === null ? !ctx.projects : maySeeProject(ctx, project);
}
