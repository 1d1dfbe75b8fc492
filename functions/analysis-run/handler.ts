import { type RunOutcome, type RunRequest, runAnalysis } from "../../shared/analysis/index.ts";
import { type Delivery, queueDoor } from "../../shared/platform/lambda/queue-door.ts";
import { type Services, services } from "./services.ts";

const types = ["incident.opened.v1", "incident.updated.v1", "analysis.requested.v1"] as const;
type RunDelivery = Delivery<(typeof types)[number]>;

/** One incident; a request whose time has not come goes back into the queue until then. */
export async function onRequest(delivery: RunDelivery, services: Services): Promise<void> {
  const outcome: RunOutcome = await runAnalysis(delivery.ctx, requestOf(delivery), services);
  if (outcome.kind === "later") {
    await services.sendAgain(delivery.record.body, outcome.atMs - services.nowMs());
  }
}

function requestOf({ event }: RunDelivery): RunRequest {
  const askedMs = Date.parse(event.time);
  switch (event.type) {
    case "incident.opened.v1":
      return {
        incidentId: event.data.incidentId,
        trigger: "opened",
        incidentVersion: event.data.version,
        askedMs,
      };
    case "incident.updated.v1":
      return {
        incidentId: event.data.incidentId,
        trigger: "alerts",
        incidentVersion: event.data.version,
        askedMs,
      };
    case "analysis.requested.v1":
      return { incidentId: event.data.incidentId, trigger: "asked", incidentVersion: null, askedMs };
  }
}

export const handler = queueDoor({ services, name: "analysis-run", types, each: onRequest });
