import fc, { type Arbitrary } from "fast-check";

/** The part of JSON Schema that the API document uses. */
export interface Schema {
  type?: string | string[];
  const?: unknown;
  enum?: unknown[];
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  additionalProperties?: boolean | Schema;
  /** A tuple's, in order. */
  prefixItems?: Schema[];
  items?: Schema | false;
  format?: string;
  pattern?: string;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  minLength?: number;
  maxLength?: number;
  minItems?: number;
  maxItems?: number;
}

const maxItems = 4;
const maxLength = 40;

/** Values that fit a schema, or nearly do: patterns it cannot follow come out as plain text now and then. */
export function arbitraryOf(schema: Schema): Arbitrary<unknown> {
  if ("const" in schema) return fc.constant(schema.const);
  if (schema.enum) return fc.constantFrom(...schema.enum);
  const choices = schema.anyOf ?? schema.oneOf;
  if (choices) return fc.oneof(...choices.map(arbitraryOf));
  if (schema.allOf)
    return fc.tuple(...schema.allOf.map(arbitraryOf)).map((parts) => Object.assign({}, ...parts));
  if (Array.isArray(schema.type))
    return fc.oneof(...schema.type.map((type) => arbitraryOf({ ...schema, type })));
  switch (schema.type) {
    case "object":
      return objects(schema);
    case "array":
      if (schema.prefixItems) return fc.tuple(...schema.prefixItems.map(arbitraryOf));
      return fc.array(arbitraryOf(schema.items || {}), {
        minLength: schema.minItems ?? 0,
        maxLength: Math.max(schema.minItems ?? 0, Math.min(maxItems, schema.maxItems ?? maxItems)),
      });
    case "string":
      return strings(schema);
    case "integer":
      return fc.integer({
        min: Math.max(schema.minimum ?? -1_000, (schema.exclusiveMinimum ?? -Number.MAX_SAFE_INTEGER) + 1),
        max: Math.min(schema.maximum ?? 2 ** 31, 2 ** 31),
      });
    case "number":
      return fc.double({ noNaN: true, noDefaultInfinity: true });
    case "boolean":
      return fc.boolean();
    case "null":
      return fc.constant(null);
    default:
      return fc.jsonValue({ maxDepth: 2 });
  }
}

function objects({ properties = {}, required = [], additionalProperties }: Schema): Arbitrary<unknown> {
  if (Object.keys(properties).length === 0) {
    const values =
      typeof additionalProperties === "object" ? arbitraryOf(additionalProperties) : fc.jsonValue();
    return fc.dictionary(fc.string({ maxLength: 12 }), values, { maxKeys: 3 });
  }
  const members = Object.fromEntries(
    Object.entries(properties).map(([name, part]) => [name, arbitraryOf(part)]),
  );
  return fc.record(members, { requiredKeys: required });
}

function strings(schema: Schema): Arbitrary<string> {
  const min = schema.minLength ?? 0;
  const plain = fc.string({
    minLength: min,
    maxLength: Math.max(min, Math.min(maxLength, schema.maxLength ?? maxLength)),
    unit: "grapheme",
  });
  if (schema.format === "date-time") {
    return fc
      .date({ min: new Date("2020-01-01"), max: new Date("2030-01-01"), noInvalidDate: true })
      .map((date) => date.toISOString());
  }
  if (schema.format === "uri") return fc.webUrl();
  if (schema.format === "email") return fc.emailAddress();
  if (schema.pattern) return fc.oneof(plain, byPattern(schema.pattern));
  return plain;
}

function byPattern(pattern: string): Arbitrary<string> {
  try {
    return fc.stringMatching(new RegExp(pattern));
  } catch {
    return fc.string();
  }
}
