import type { AuditResource } from "../../events/audit.ts";
import type { Envelope } from "../../events/envelope.ts";
import { envelop } from "../platform/bus/envelop.ts";
import type { Ctx } from "../platform/context.ts";
import { newId } from "../platform/ids.ts";
import { canonicalJson } from "./canonical-json.ts";
import { redactFields } from "./redact-fields.ts";

type Fields = Record<string, unknown>;

export interface Change {
  /** A verb in the past tense: `created`. */
  did: string;
  resource: AuditResource;
  /** Absent: it did not exist. */
  before?: Fields;
  /** Absent: it does not exist any more. */
  after?: Fields;
  why?: string | undefined;
}

/** Move with every save; the entry itself says who and when. */
const bookkeeping = new Set(["version", "updatedAt", "updatedBy", "createdAt"]);
const maxName = 200;
const maxWhy = 2_000;

/**
 * The event that puts a change on record. Save it with the change itself, in one write, so that neither is there
 * without the other. Secrets are taken out of both sides; of an update the fields that changed are kept.
 */
export function audited(ctx: Ctx, { did, resource, before, after, why }: Change): Envelope {
  const differs = before && after ? changedFields(before, after) : undefined;
  const keep = (fields: Fields | undefined) =>
    fields ? redactFields(differs ? pick(fields, differs) : fields) : null;
  return envelop(ctx, "audit", {
    id: newId("event"),
    type: "audit.recorded.v1",
    data: {
      action: `${resource.type}.${did}`,
      resource: resource.name ? { ...resource, name: resource.name.slice(0, maxName) } : resource,
      before: keep(before),
      after: keep(after),
      why: why?.slice(0, maxWhy) ?? null,
      from: ctx.from ?? null,
    },
  });
}

function changedFields(before: Fields, after: Fields): string[] {
  const names = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...names].filter(
    (name) => !bookkeeping.has(name) && canonicalJson(before[name]) !== canonicalJson(after[name]),
  );
}

function pick(fields: Fields, names: readonly string[]): Fields {
  return Object.fromEntries(names.map((name) => [name, fields[name]]));
}
