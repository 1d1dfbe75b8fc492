import { createHash } from "node:crypto";
import { monotonicFactory } from "ulid";

/** One prefix per kind of thing, so an id in a log line says what it names. */
const prefixes = {
  event: "evt",
  batch: "bat",
  rule: "rul",
  alert: "alt",
  incident: "inc",
  timeline: "tml",
  channel: "chn",
  route: "rte",
  delivery: "dlv",
  decision: "dec",
  audit: "aud",
  tenant: "ten",
  session: "ses",
  connection: "con",
  request: "req",
  anomaly: "ano",
  analysis: "ana",
  evidence: "evd",
  hypothesis: "hyp",
  deployment: "dep",
  person: "per",
  invitation: "inv",
} as const;
export type IdKind = keyof typeof prefixes;

const ulid = monotonicFactory();
const crockford = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** A new id that sorts by time: `inc_01J…`. */
export function newId(kind: IdKind): string {
  return `${prefixes[kind]}_${ulid()}`;
}

/** The same id for the same parts, for a thing that follows from another and may be derived twice. */
export function derivedId(kind: IdKind, ...parts: (string | number)[]): string {
  const digest = createHash("sha256").update(JSON.stringify(parts)).digest();
  let text = "";
  for (let i = 0; i < 26; i++) text += crockford[(digest[i] ?? 0) & 31];
  return `${prefixes[kind]}_${text}`;
}
