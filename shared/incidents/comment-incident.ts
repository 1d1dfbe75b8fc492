import type { Ctx } from "../platform/context.ts";
import { nameOf, unchanged, withStep } from "./change.ts";
import { changeIncident } from "./change-incident.ts";
import type { IncidentDeps } from "./save-change.ts";
import type { CommentInput, Incident } from "./schemas.ts";

/** Puts a person's words on the timeline as they were written. Throws NotFound outside the tenant. */
export async function commentIncident(
  ctx: Ctx,
  incidentId: string,
  { text }: CommentInput,
  deps: IncidentDeps,
): Promise<Incident> {
  return changeIncident(ctx, incidentId, deps, (incident) =>
    withStep(ctx, unchanged(incident), {
      set: {},
      entry: { kind: "comment", text, facts: {} },
      event: {
        type: "incident.updated.v1",
        change: "comment",
        summary: `${nameOf(ctx.actor)} commented: ${text}`,
      },
    }),
  );
}
