import { noteAnalysis } from "../../shared/incidents/index.ts";
import { NotFound } from "../../shared/platform/errors.ts";
import { type Delivery, queueDoor } from "../../shared/platform/lambda/queue-door.ts";
import { type Services, services } from "./services.ts";

/** One outcome; an incident that is gone takes its outcomes with it. */
export async function onCompleted(
  { event, ctx }: Delivery<"analysis.completed.v1">,
  services: Services,
): Promise<void> {
  try {
    await noteAnalysis(ctx, event.data, services);
  } catch (error) {
    if (!(error instanceof NotFound)) throw error;
    services.log.warn("an analysis of no incident", {
      incidentId: event.data.incidentId,
      traceId: ctx.traceId,
    });
  }
}

export const handler = queueDoor({
  services,
  name: "incidents-note",
  types: ["analysis.completed.v1"],
  each: onCompleted,
});
