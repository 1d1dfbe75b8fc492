import { isoTime } from "../platform/clock.ts";
import type { Ctx } from "../platform/context.ts";
import { refuseNarrowedKey } from "../platform/labels/project.ts";
import type { ChainStore, Order, Span } from "./chain-store.ts";
import type { AuditEntry, AuditFilter, AuditList } from "./schemas.ts";

type Narrowing = Omit<AuditFilter, "limit" | "cursor">;

/** So many pages are read for one answer at most; a rare thing is found page by page, and none is empty for ever. */
const maxReads = 20;

/**
 * What happened, newest first, in the narrowest order that the filter allows: of one thing, by one actor, or all
 * of it. An answer may hold fewer than asked for, or none, and still have a cursor.
 */
export async function searchAudit(ctx: Ctx, filter: AuditFilter, chain: ChainStore): Promise<AuditList> {
  refuseNarrowedKey(ctx);
  const { limit, ...narrowing } = filter;
  const span = spanOf(narrowing);
  const items: AuditEntry[] = [];
  let cursor = filter.cursor;
  for (let reads = 0; reads < maxReads; reads++) {
    const page = await chain.page(ctx.tenantId, span, limit - items.length, cursor);
    items.push(...page.items.filter((entry) => fits(entry, narrowing)));
    cursor = page.cursor;
    if (!cursor || items.length >= limit) break;
  }
  return { items, cursor: cursor ?? null };
}

/** The span of a filter, in UTC whatever zone it was written in. */
export function spanOf({ actor, resource, from, to }: Narrowing): Span {
  const utc = (text: string | undefined) => (text === undefined ? undefined : isoTime(Date.parse(text)));
  return { order: orderOf(actor, resource), from: utc(from), to: utc(to) };
}

function orderOf(actor: string | undefined, resource: string | undefined): Order {
  if (resource?.includes(":")) return { by: "resource", resource };
  if (actor !== undefined) return { by: "actor", actor };
  return resource === undefined ? { by: "time" } : { by: "resource", resource };
}

function fits(entry: AuditEntry, { actor, resource, action }: Narrowing): boolean {
  if (action !== undefined && entry.action !== action) return false;
  if (actor !== undefined && actor !== `${entry.actor.kind}:${entry.actor.id}`) return false;
  if (resource === undefined) return true;
  const { type, id } = entry.resource;
  return resource === type || resource === `${type}:${id}`;
}
