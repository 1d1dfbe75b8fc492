import { audited } from "../audit/index.ts";
import type { IncidentLists } from "../incidents/index.ts";
import type { TimelineEntry } from "../incidents/schemas.ts";
import { isoTime } from "../platform/clock.ts";
import type { Ctx } from "../platform/context.ts";
import { Conflict } from "../platform/errors.ts";
import { draftPostMortem } from "./draft-post-mortem.ts";
import { plainWords } from "./plain-words.ts";
import { toMarkdown } from "./post-mortem-markdown.ts";
import type { PostMortemStore } from "./post-mortem-store.ts";
import { findIncident, type ReadDeps, readLatest } from "./read-analysis.ts";
import type { PostMortem, PostMortemInput } from "./schemas.ts";

export interface PostMortemDeps extends ReadDeps {
  lists: Pick<IncidentLists, "find" | "alerts" | "timeline">;
  postMortems: PostMortemStore;
}

const maxEntries = 200;

/** What people saved, or a draft from the timeline and the newest analysis. Throws NotFound outside the tenant. */
export async function readPostMortem(
  ctx: Ctx,
  incidentId: string,
  deps: PostMortemDeps,
): Promise<PostMortem> {
  const { tenantId } = ctx;
  const incident = await findIncident(ctx, incidentId, deps);
  const [saved, { items: newest }] = await Promise.all([
    deps.postMortems.get(tenantId, incidentId),
    deps.lists.timeline(tenantId, incidentId, { limit: maxEntries }),
  ]);
  const timeline = [...newest].reverse();
  const written = saved ?? (await draft(ctx, incident, timeline, deps));
  const { title, severity, state } = incident;
  const { summary, impact, cause, fixes, actionItems } = written;
  const whole = {
    ...{ incidentId, title, severity, state, summary, impact, cause, fixes, actionItems },
    timeline: timeline.map(({ at, text }) => ({ at, text: plainWords(text, 500) })),
    edited: saved !== undefined,
    updatedAt: saved?.updatedAt ?? null,
    updatedBy: saved?.updatedBy ?? null,
    version: saved?.version ?? 0,
  };
  return { ...whole, markdown: toMarkdown(whole) };
}

/** Keeps what people wrote. Throws Conflict where somebody else saved meanwhile, NotFound outside the tenant. */
export async function savePostMortem(
  ctx: Ctx,
  {
    incidentId,
    input,
    ifVersion,
  }: { incidentId: string; input: PostMortemInput; ifVersion: number | undefined },
  deps: PostMortemDeps,
): Promise<PostMortem> {
  const { title } = await findIncident(ctx, incidentId, deps);
  const before = await deps.postMortems.get(ctx.tenantId, incidentId);
  const standing = before?.version ?? 0;
  const written = {
    ...input,
    updatedAt: isoTime(ctx.nowMs),
    updatedBy: ctx.actor.name ?? ctx.actor.id,
    version: standing + 1,
  };
  const owed = [
    audited(ctx, {
      did: "saved",
      resource: { type: "post-mortem", id: incidentId, name: title },
      ...(before ? { before } : {}),
      after: written,
    }),
  ];
  const fits = ifVersion === undefined || ifVersion === standing;
  if (!fits || (await deps.postMortems.save(ctx.tenantId, incidentId, written, owed)) === "lost") {
    throw new Conflict("Somebody else saved this post-mortem meanwhile; read it again.", "If-Match");
  }
  return readPostMortem(ctx, incidentId, deps);
}

async function draft(
  ctx: Ctx,
  incident: Awaited<ReturnType<typeof findIncident>>,
  timeline: readonly TimelineEntry[],
  deps: PostMortemDeps,
): Promise<PostMortemInput> {
  const [{ items: alerts }, { analysis }] = await Promise.all([
    deps.lists.alerts(ctx.tenantId, incident.id, { limit: maxEntries }),
    readLatest(ctx, incident.id, deps),
  ]);
  return draftPostMortem({ incident, timeline, alerts, analysis });
}
