import type { Ctx } from "../platform/context.ts";
import { NotFound } from "../platform/errors.ts";
import { maySeeProject } from "../platform/labels/project.ts";
import { toAlert } from "./alert-record.ts";
import type { AlertStore } from "./alert-store.ts";
import type { Alert } from "./schemas.ts";

/** Throws NotFound. */
export async function getAlert(ctx: Ctx, alertId: string, alerts: AlertStore): Promise<Alert> {
  const record = await alerts.get(ctx.tenantId, alertId);
  if (!record || !maySeeProject(ctx, record.project)) throw new NotFound("alert", alertId);
  return toAlert(record);
}
