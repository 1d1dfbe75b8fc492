import { audited } from "../audit/index.ts";
import { envelop } from "../platform/bus/envelop.ts";
import type { Publish } from "../platform/bus/publish.ts";
import { isoTime } from "../platform/clock.ts";
import type { Ctx } from "../platform/context.ts";
import { newId } from "../platform/ids.ts";
import { findIncident, type ReadDeps } from "./read-analysis.ts";
import type { AnalysisRequested } from "./schemas.ts";

/** Asks for a fresh analysis of the incident; it is made within seconds. Throws NotFound outside the tenant. */
export async function requestAnalysis(
  ctx: Ctx,
  incidentId: string,
  deps: ReadDeps & { publish: Publish },
): Promise<AnalysisRequested> {
  const { title } = await findIncident(ctx, incidentId, deps);
  const draft = { id: newId("event"), type: "analysis.requested.v1" as const, data: { incidentId } };
  const resource = { type: "analysis", id: incidentId, name: title };
  await deps.publish([envelop(ctx, "analysis", draft), audited(ctx, { did: "requested", resource })]);
  return { incidentId, requestedAt: isoTime(ctx.nowMs) };
}
