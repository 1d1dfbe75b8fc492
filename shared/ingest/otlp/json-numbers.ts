import { type JsonObject, listOf, type Path, type Reviver, wrong } from "../json-reading.ts";
import { nanosToMs } from "./wire.ts";

const decimal = /^[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?$/;
const digits = /^[+-]?\d{1,20}$/;

/** A double in protobuf's JSON: a number, its text, "NaN", "Infinity" or "-Infinity"; undefined where absent. */
export function doubleOf(parent: JsonObject, key: string, path: Path): number | undefined {
  const value = parent[key];
  if (typeof value === "number") return value;
  if (value === undefined || value === null) return undefined;
  return doubleFrom(value) ?? fail(path, key, "a number", value);
}

/** A 64-bit integer in protobuf's JSON, as number or digits, as the nearest double; undefined where absent. */
export function integerOf(parent: JsonObject, key: string, path: Path): number | undefined {
  const value = parent[key];
  if (value === undefined || value === null) return undefined;
  return integerFrom(value) ?? fail(path, key, "a whole number or its digits", value);
}

/** An unsigned 64-bit integer as the nearest double; 0 where absent. */
export function naturalOf(parent: JsonObject, key: string, path: Path): number {
  const value = parent[key];
  if (value === undefined || value === null) return 0;
  return naturalFrom(value) ?? fail(path, key, "a whole number from 0, or its digits", value);
}

export function timeMsOf(parent: JsonObject, key: string, path: Path): number {
  return nanosToMs(naturalOf(parent, key, path));
}

export function doublesOf(parent: JsonObject, key: string, path: Path): number[] {
  return listOf(parent, key, path).map(
    (value, i) => doubleFrom(value) ?? fail([...path, key], i, "a number", value),
  );
}

export function naturalsOf(parent: JsonObject, key: string, path: Path): number[] {
  return listOf(parent, key, path).map(
    (value, i) =>
      naturalFrom(value) ?? fail([...path, key], i, "a whole number from 0, or its digits", value),
  );
}

/** Attributes are text here, so an integer that a double cannot hold is kept as its digits. */
export const keepLargeIntegers: Reviver = (key, value, context) =>
  key === "intValue" && typeof value === "number" && !Number.isSafeInteger(value) ? context.source : value;

function doubleFrom(value: unknown): number | undefined {
  if (typeof value === "number") return value;
  if (value === "NaN") return Number.NaN;
  if (value === "Infinity") return Number.POSITIVE_INFINITY;
  if (value === "-Infinity") return Number.NEGATIVE_INFINITY;
  return typeof value === "string" && decimal.test(value) ? Number(value) : undefined;
}

function integerFrom(value: unknown): number | undefined {
  if (typeof value === "number") return Number.isInteger(value) ? value : undefined;
  return typeof value === "string" && digits.test(value) ? Number(value) : undefined;
}

function naturalFrom(value: unknown): number | undefined {
  const whole = integerFrom(value);
  return whole !== undefined && whole >= 0 ? whole : undefined;
}

function fail(path: Path, key: string | number, expected: string, value: unknown): never {
  throw wrong([...path, key], expected, value);
}
