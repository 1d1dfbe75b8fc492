import { explainAnalysis, triageDetected } from "../../shared/analysis/index.ts";
import { type Delivery, queueDoor } from "../../shared/platform/lambda/queue-door.ts";
import { type Services, services } from "./services.ts";

const types = ["analysis.completed.v1", "anomaly.detected.v1"] as const;

export async function onTold(
  { event, ctx }: Delivery<(typeof types)[number]>,
  services: Services,
): Promise<void> {
  switch (event.type) {
    case "analysis.completed.v1":
      await explainAnalysis(ctx, event.data, services);
      return;
    case "anomaly.detected.v1":
      await triageDetected(ctx, event.data, services);
  }
}

export const options = { services, name: "analysis-explain", types, each: onTold };

export const handler = queueDoor<Services, (typeof types)[number]>(options);
