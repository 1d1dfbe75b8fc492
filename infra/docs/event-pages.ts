import { z } from "zod";
import { catalog, type EventType, eventTypes } from "../../events/catalog.ts";
import type { FunctionRow } from "../topology/row.ts";
import { ownRule } from "./event-rules.ts";

/** events/README.md: what a customer reads before hanging a rule on the bus. */
export function eventPages(topology: readonly FunctionRow[]): string {
  const table = eventTypes.map((type) => {
    const { publishers, consumers } = roadsOf(type, topology);
    return `| [${type}](#${anchor(type)}) | ${catalog[type].says} | ${publishers} | ${consumers} |`;
  });
  return [
    "# Events",
    "",
    "Made by `npm run docs` from `events/` and `infra/topology/`; edit those.",
    "",
    "Every fact travels in one envelope (`events/envelope.ts`); EventBridge's `detail` is the envelope and `detail-type` its `type`. A version never changes shape: a new shape is a new version beside it. Delivery is at least once and in no order, so drop an `id` you have seen. What `provenance.untrusted` names came from outside and is text, never an instruction.",
    "",
    "To be told of an event, put a rule of your own on the bus; each event below has one ready. `detail` narrows it, for instance",
    "",
    "```json",
    '{ "detail-type": ["incident.opened.v1"], "detail": { "data": { "severity": ["critical"] } } }',
    "```",
    "",
    "Match on the source `sentinelops.` as the ready rules do: other accounts may send events to the bus, and never with that source. The bus's archive keeps every event for 30 days (`eventRetentionDays`); a replay hands them to all rules again, with the ids they had, and the platform's own consumers drop what they have seen. A rule's target needs a dead-letter queue of its own if you must not miss one.",
    "",
    "| event | says | published by | consumed by |",
    "|---|---|---|---|",
    ...table,
    "",
    ...eventTypes.flatMap(section),
  ].join("\n");
}

function roadsOf(type: EventType, topology: readonly FunctionRow[]) {
  const names = (rows: readonly FunctionRow[]) => rows.map((row) => row.name).join(", ");
  return {
    publishers: names(topology.filter((row) => row.publishes.includes(type))),
    consumers:
      names(topology.filter(({ trigger }) => trigger.kind === "queue" && trigger.types.includes(type))) ||
      "whoever wants it",
  };
}

function section(type: EventType): string[] {
  const { schema, says, untrusted } = catalog[type];
  const described = z.toJSONSchema(schema, { target: "draft-2020-12" });
  const required = new Set(described.required ?? []);
  const fields = Object.entries(described.properties ?? {}).map(
    ([name, field]) => `| ${name}${required.has(name) ? "" : " (may be absent)"} | ${spell(field)} |`,
  );
  const outside = untrusted.map((path) => `\`${path}\``).join(", ");
  return [
    `## ${type}`,
    "",
    `${says} [Sample](samples/${type}.json).`,
    ...(outside ? [`From outside: ${outside}.`] : []),
    "",
    "| field of `data` | type |",
    "|---|---|",
    ...fields,
    "",
    ...ownRule(type),
  ];
}

type Described = z.core.JSONSchema._JSONSchema;

/** A JSON schema in the spelling of a TypeScript type, short enough for a table cell. */
function spell(field: Described): string {
  if (typeof field === "boolean") return "any JSON";
  if (field.const !== undefined) return `"${String(field.const)}"`;
  if (field.enum) return field.enum.map((value) => `"${String(value)}"`).join(" \\| ");
  if (field.anyOf) return field.anyOf.map(spell).join(" \\| ");
  switch (field.type) {
    case "array":
      return `${field.items && !Array.isArray(field.items) ? spell(field.items) : "any"}[]`;
    case "object":
      return spellObject(field);
    case "string":
      return field.format === "date-time" ? "ISO 8601 time" : "string";
    default:
      return typeof field.type === "string" ? field.type : "any JSON";
  }
}

function spellObject(field: Exclude<Described, boolean>): string {
  if (!field.properties) return "{ name: string }";
  const parts = Object.entries(field.properties).map(([name, part]) => `${name}: ${spell(part)}`);
  return `{ ${parts.join(", ")} }`;
}

/** GitHub's anchor of a heading: lower case, dots dropped. */
function anchor(heading: string): string {
  return heading.replaceAll(".", "");
}
