import type { AnomalyTriagedV1 } from "../../events/anomalies.ts";
import type { Ctx } from "../platform/context.ts";
import { Unavailable } from "../platform/errors.ts";
import type { AnomalyStore } from "./anomaly-store.ts";

const maxTries = 6;

/**
 * Notes on an anomaly what a model made of it; nothing else of it changes. What speaks of no later moment than what is
 * noted already is passed over, and so is what speaks of an anomaly that is not there.
 */
export async function keepTriage(
  ctx: Ctx,
  { anomalyId, ...triage }: AnomalyTriagedV1,
  { anomalies }: { anomalies: AnomalyStore },
): Promise<void> {
  for (let attempt = 0; attempt < maxTries; attempt++) {
    const before = await anomalies.get(ctx.tenantId, anomalyId);
    if (!before || (before.triage !== null && before.triage.at >= triage.at)) return;
    const after = { ...before, triage, version: before.version + 1 };
    if ((await anomalies.save(ctx.tenantId, after, before.version, [])) === "saved") return;
  }
  throw new Unavailable(`Anomaly ${anomalyId} was changed by others ${maxTries} times.`);
}
