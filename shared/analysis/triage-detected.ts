import type { AnomalyDetectedV1 } from "../../events/anomalies.ts";
import { envelop } from "../platform/bus/envelop.ts";
import type { Publish } from "../platform/bus/publish.ts";
import type { Ctx } from "../platform/context.ts";
import { derivedId } from "../platform/ids.ts";
import type { Triage } from "./explain/triage-anomaly.ts";

export interface TriageDeps {
  /** undefined where no model is set up; says nothing where the model did. */
  triage: ((ctx: Ctx, anomaly: AnomalyDetectedV1) => Promise<Triage | undefined>) | undefined;
  publish: Publish;
}

/**
 * Asks what to make of an anomaly that may wake people, and tells the bus. Handing the same anomaly in again tells the
 * same event: the answer comes from the cache then, for nothing.
 */
export async function triageDetected(
  ctx: Ctx,
  anomaly: AnomalyDetectedV1,
  { triage, publish }: TriageDeps,
): Promise<void> {
  if (anomaly.mode !== "paging") return;
  const said = await triage?.(ctx, anomaly);
  if (!said) return;
  const { anomalyId, sensitivity, at } = anomaly;
  const event = envelop(ctx, "analysis", {
    id: derivedId("event", anomalyId, "triaged", sensitivity),
    type: "anomaly.triaged.v1",
    data: { anomalyId, ...said, at },
  });
  await publish([event]);
}
