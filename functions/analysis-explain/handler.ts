import { explainAnalysis } from "../../shared/analysis/index.ts";
import { type Delivery, queueDoor } from "../../shared/platform/lambda/queue-door.ts";
import { type Services, services } from "./services.ts";

/** One analysis; while another process is at it, it waits in the queue. */
export async function onRanked(
  { event, ctx, record }: Delivery<"analysis.completed.v1">,
  services: Services,
): Promise<void> {
  const outcome = await explainAnalysis(ctx, event.data, services);
  if (outcome.kind === "later") await services.sendAgain(record.body, outcome.atMs - services.nowMs());
}

export const handler = queueDoor({
  services,
  name: "analysis-explain",
  types: ["analysis.completed.v1"],
  each: onRanked,
});
