import { explainAnalysis } from "../../shared/analysis/index.ts";
import { type Delivery, queueDoor } from "../../shared/platform/lambda/queue-door.ts";
import { type Services, services } from "./services.ts";

export async function onRanked(
  { event, ctx }: Delivery<"analysis.completed.v1">,
  services: Services,
): Promise<void> {
  await explainAnalysis(ctx, event.data, services);
}

export const handler = queueDoor({
  services,
  name: "analysis-explain",
  types: ["analysis.completed.v1"],
  each: onRanked,
});
