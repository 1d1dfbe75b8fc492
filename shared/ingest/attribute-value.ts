import { Invalid } from "../platform/errors.ts";
import { limits } from "./limits.ts";

/** An OTLP AnyValue; null where it is unset, a text where a 64-bit integer does not fit a double. */
export type AttributeValue = string | number | boolean | null | AttributeValue[] | AttributeMap;
export interface AttributeMap {
  [key: string]: AttributeValue;
}

/** An attribute as label text: scalars as they read, arrays and maps as JSON, unset as empty. */
export function labelText(value: AttributeValue): string {
  if (typeof value === "string") return value;
  if (value === null) return "";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}

/** A double inside an array or map; JSON has no NaN or infinity, so these are text. */
export function nestedDouble(value: number): AttributeValue {
  return Number.isFinite(value) ? value : String(value);
}

/** A 64-bit integer told in decimal digits. */
export function wholeNumber(digits: string): AttributeValue {
  const value = Number(digits);
  return Number.isSafeInteger(value) ? value : BigInt(digits).toString();
}

export function guardDepth(depth: number): void {
  if (depth > limits.attributeDepth) {
    throw new Invalid(`An attribute is nested deeper than ${limits.attributeDepth} levels; flatten it.`);
  }
}
