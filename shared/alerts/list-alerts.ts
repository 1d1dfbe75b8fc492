import type { Page } from "../platform/aws/tenant-table.ts";
import type { Ctx } from "../platform/context.ts";
import { Invalid } from "../platform/errors.ts";
import { maySeeProject } from "../platform/labels/project.ts";
import { type AlertRecord, labelsOf, toAlert } from "./alert-record.ts";
import type { AlertStores } from "./commit-groups.ts";
import type { Facet } from "./open-alert-store.ts";
import type { AlertFilter, AlertList, AlertState } from "./schemas.ts";
import { isOpen } from "./transition.ts";

type Stores = Pick<AlertStores, "alerts" | "openAlerts">;

/** One run of the list, read page by page and followed by the next. */
interface Section {
  read(limit: number, cursor?: string): Promise<Page<AlertRecord>>;
}

const gravestFirst = ["critical", "warning", "info"] as const;
/** How many alerts one request looks at; a page may come short of its limit and still have a cursor. */
const maxLooked = 1_000;

/**
 * Alerts that meet the filter: firing, then pending, then resolved ones, in each the gravest first; inactive ones
 * only when asked for. An open alert is found at the same cost however many others are open.
 */
export async function listAlerts(ctx: Ctx, filter: AlertFilter, stores: Stores): Promise<AlertList> {
  const facet = facetOf(filter);
  const sections = sectionsFor(ctx.tenantId, filter, facet, stores);
  const fits = matches(filter, facet);
  const wanted = (record: AlertRecord) => fits(record) && maySeeProject(ctx, record.project);
  const found: AlertRecord[] = [];
  let { at, cursor } = openCursor(filter.cursor, sections.length);
  let looked = 0;
  while (at < sections.length && found.length < filter.limit && looked < maxLooked) {
    const lacking = filter.limit - found.length;
    const page: Page<AlertRecord> | undefined = await sections[at]?.read(lacking, cursor);
    looked += lacking;
    found.push(...(page?.items ?? []).filter(wanted));
    cursor = page?.cursor;
    if (cursor === undefined) at++;
  }
  return { items: found.map(toAlert), cursor: at < sections.length ? sealCursor(at, cursor) : null };
}

type LabelFacet = { label: string; value: string };

function facetOf(filter: AlertFilter): LabelFacet | undefined {
  if (filter.label === undefined) return undefined;
  const cut = filter.label.indexOf("=");
  if (cut < 1) {
    throw new Invalid(`The label filter "${filter.label}" must be written as name=value.`, "label");
  }
  return { label: filter.label.slice(0, cut), value: filter.label.slice(cut + 1) };
}

/** By rule or label, open alerts come from the index of these; all others from their state. */
function sectionsFor(
  tenantId: string,
  filter: AlertFilter,
  label: LabelFacet | undefined,
  { alerts, openAlerts }: Stores,
): Section[] {
  const facet: Facet | undefined =
    label ?? (filter.ruleId === undefined ? undefined : { ruleId: filter.ruleId });
  const severities = filter.severity ? [filter.severity] : gravestFirst;
  const states: AlertState[] = filter.state ? [filter.state] : ["firing", "pending", "resolved"];
  const byState = (state: AlertState) =>
    severities.map((severity) => ({
      read: (limit: number, cursor?: string) => alerts.listByState(tenantId, state, severity, limit, cursor),
    }));
  if (!facet) return states.flatMap(byState);
  const byFacet = severities.map((severity) => ({
    async read(limit: number, cursor?: string) {
      const page = await openAlerts.list(tenantId, facet, severity, limit, cursor);
      const records = await alerts.getMany(tenantId, page.items);
      const open = page.items.flatMap((alertId) => records.get(alertId) ?? []);
      return {
        items: open.filter(({ status }) => isOpen(status.state) && status.severity === severity),
        cursor: page.cursor,
      };
    },
  }));
  const rest = states.filter((state) => !isOpen(state)).flatMap(byState);
  return states.some(isOpen) ? [...byFacet, ...rest] : rest;
}

function matches(filter: AlertFilter, label: LabelFacet | undefined): (record: AlertRecord) => boolean {
  return (record) =>
    (filter.state === undefined || record.status.state === filter.state) &&
    (filter.ruleId === undefined || record.ruleId === filter.ruleId) &&
    (label === undefined || has(labelsOf(record), label));
}

function has(labels: Record<string, string>, { label, value }: LabelFacet): boolean {
  return Object.hasOwn(labels, label) && labels[label] === value;
}

function sealCursor(at: number, cursor: string | undefined): string {
  return `${at}.${cursor ?? ""}`;
}

function openCursor(text: string | undefined, sections: number): { at: number; cursor: string | undefined } {
  if (text === undefined) return { at: 0, cursor: undefined };
  const found = /^(\d{1,2})\.([\w-]*)$/.exec(text);
  const at = Number(found?.[1] ?? sections);
  if (!found || at >= sections) {
    throw new Invalid("The cursor does not belong to this list; ask for the first page again.", "cursor");
  }
  return { at, cursor: found[2] || undefined };
}
