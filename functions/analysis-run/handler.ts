import { type RunRequest, runAnalysis } from "../../shared/analysis/index.ts";
import { eachInParallel } from "../../shared/platform/each-in-parallel.ts";
import { type Delivery, queueDoor } from "../../shared/platform/lambda/queue-door.ts";
import { type Services, services } from "./services.ts";

const types = ["incident.opened.v1", "incident.updated.v1", "analysis.requested.v1"] as const;
type RunDelivery = Delivery<(typeof types)[number]>;

const incidentsAtOnce = 2;

/**
 * What arrived together is one request for each incident: a storm tells of one incident hundreds of times. An
 * incident that fails fails alone; a request whose time has not come goes back into the queue until then.
 */
export async function onRequests(deliveries: RunDelivery[], services: Services): Promise<RunDelivery[]> {
  const failed: RunDelivery[] = [];
  const byIncident = Object.values(
    Object.groupBy(deliveries, ({ ctx, event }) => `${ctx.tenantId} ${event.data.incidentId}`),
  );
  await eachInParallel(byIncident, incidentsAtOnce, async (own = []) => {
    try {
      await serve(own, services);
    } catch (error) {
      const [first] = own;
      services.log.error("an incident could not be analysed", { error, traceId: first?.ctx.traceId });
      failed.push(...own);
    }
  });
  return failed;
}

async function serve(own: readonly RunDelivery[], services: Services): Promise<void> {
  const [first] = [...own].sort((a, b) => urgencyOf(b) - urgencyOf(a));
  if (!first) return;
  const outcome = await runAnalysis(first.ctx, requestOf(first), services);
  if ("atMs" in outcome && outcome.atMs !== undefined) {
    await services.sendAgain(first.record.body, outcome.atMs - services.nowMs());
  }
}

/** A person's wish first, then the opening, then the newest version of the incident. */
function urgencyOf({ event }: RunDelivery): number {
  switch (event.type) {
    case "analysis.requested.v1":
      return Number.POSITIVE_INFINITY;
    case "incident.opened.v1":
      return Number.MAX_SAFE_INTEGER;
    case "incident.updated.v1":
      return event.data.version;
  }
}

function requestOf({ event }: RunDelivery): RunRequest {
  const askedMs = Date.parse(event.time);
  const { incidentId } = event.data;
  switch (event.type) {
    case "incident.opened.v1":
      return { incidentId, trigger: "opened", incidentVersion: event.data.version, askedMs };
    case "incident.updated.v1":
      return { incidentId, trigger: "alerts", incidentVersion: event.data.version, askedMs };
    case "analysis.requested.v1":
      return { incidentId, trigger: "asked", incidentVersion: null, askedMs };
  }
}

export const handler = queueDoor({ services, name: "analysis-run", types, batch: onRequests });
