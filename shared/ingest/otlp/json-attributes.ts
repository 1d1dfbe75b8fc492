import {
  type AttributeMap,
  type AttributeValue,
  guardDepth,
  labelText,
  nestedDouble,
  wholeNumber,
} from "../attribute-value.ts";
import {
  booleanOf,
  eachObject,
  type JsonObject,
  objectOf,
  type Path,
  textOf,
  wrong,
} from "../json-reading.ts";
import type { LabelPair } from "../label-base.ts";
import { doubleOf } from "./json-numbers.ts";

/** The labels in `parent.attributes`. */
export function labelsOf(parent: JsonObject, path: Path): LabelPair[] {
  const pairs: LabelPair[] = [];
  eachObject(parent, "attributes", path, (attribute) => {
    pairs.push([textOf(attribute, "key", path), labelText(keyedValue(attribute, path, 0))]);
  });
  return pairs;
}

function keyedValue(holder: JsonObject, path: Path, depth: number): AttributeValue {
  const value = objectOf(holder, "value", path);
  return value ? anyValue(value, path, depth) : null;
}

function anyValue(value: JsonObject, path: Path, depth: number): AttributeValue {
  guardDepth(depth);
  if (isSet(value, "stringValue")) return textOf(value, "stringValue", path);
  if (isSet(value, "boolValue")) return booleanOf(value, "boolValue", path);
  if (isSet(value, "intValue")) return intOf(value, path);
  if (isSet(value, "doubleValue")) return nestedDouble(doubleOf(value, "doubleValue", path) ?? 0);
  if (isSet(value, "bytesValue"))
    return Buffer.from(textOf(value, "bytesValue", path), "base64").toString("base64");
  const list = objectOf(value, "arrayValue", path);
  if (list) return arrayOf(list, path, depth + 1);
  const map = objectOf(value, "kvlistValue", path);
  return map ? mapOf(map, path, depth + 1) : null;
}

function arrayOf(list: JsonObject, path: Path, depth: number): AttributeValue[] {
  const values: AttributeValue[] = [];
  eachObject(list, "values", path, (item) => {
    values.push(anyValue(item, path, depth));
  });
  return values;
}

function mapOf(map: JsonObject, path: Path, depth: number): AttributeMap {
  const pairs: [string, AttributeValue][] = [];
  eachObject(map, "values", path, (item) => {
    pairs.push([textOf(item, "key", path), keyedValue(item, path, depth)]);
  });
  return Object.fromEntries(pairs);
}

/** A number beyond 2^53 has become text on the way in, so that no digit is lost. */
function intOf(value: JsonObject, path: Path): AttributeValue {
  const told = value["intValue"];
  if (typeof told === "number" && Number.isInteger(told)) return wholeNumber(BigInt(told).toString());
  if (typeof told === "string" && /^[+-]?\d{1,20}$/.test(told)) return wholeNumber(told);
  throw wrong([...path, "intValue"], "a whole number or its digits", told);
}

function isSet(value: JsonObject, key: string): boolean {
  return value[key] !== undefined && value[key] !== null;
}
