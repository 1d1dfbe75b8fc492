import { Invalid } from "../platform/errors.ts";
import { refuseBombs } from "./json-bombs.ts";

export type JsonObject = Record<string, unknown>;

/** Where in the body the reading is, for the message when something has the wrong shape. */
export type Path = (string | number)[];

/** The text of a JSON body that may come from anyone. Throws Invalid for what would choke a parser. */
export function jsonText(bytes: Buffer): string {
  refuseBombs(bytes);
  return bytes.toString("utf8");
}

export function parseJson(text: string, reviver?: Reviver): unknown {
  try {
    return JSON.parse(text, reviver as Parameters<typeof JSON.parse>[1]);
  } catch (error) {
    throw new Invalid(`The body is not JSON: ${(error as Error).message}.`);
  }
}

/** A reviver that is shown the source text of numbers, as Node 22 and later do. */
export type Reviver = (key: string, value: unknown, context: { source?: string }) => unknown;

/** Calls `visit` with every object of the list `parent[key]`; absent and null are empty lists. */
export function eachObject(
  parent: JsonObject,
  key: string,
  path: Path,
  visit: (item: JsonObject, index: number) => void,
): void {
  const list = listOf(parent, key, path);
  path.push(key, 0);
  const last = path.length - 1;
  for (let i = 0; i < list.length; i++) {
    path[last] = i;
    const item: unknown = list[i];
    if (!isObject(item)) throw wrong(path, "an object", item);
    visit(item, i);
  }
  path.length -= 2;
}

export function listOf(parent: JsonObject, key: string, path: Path): unknown[] {
  const value = parent[key];
  if (value === undefined || value === null) return [];
  if (!Array.isArray(value)) throw wrong([...path, key], "an array", value);
  return value;
}

/** The object `parent[key]`, or undefined where it is absent or null. */
export function objectOf(parent: JsonObject, key: string, path: Path): JsonObject | undefined {
  const value = parent[key];
  if (value === undefined || value === null) return undefined;
  if (!isObject(value)) throw wrong([...path, key], "an object", value);
  return value;
}

/** The text `parent[key]`, "" where it is absent; lone surrogates, which UTF-8 cannot carry, are replaced. */
export function textOf(parent: JsonObject, key: string, path: Path): string {
  const value = parent[key];
  if (value === undefined || value === null) return "";
  if (typeof value !== "string") throw wrong([...path, key], "a text", value);
  return value.toWellFormed();
}

export function booleanOf(parent: JsonObject, key: string, path: Path): boolean {
  const value = parent[key];
  if (value === undefined || value === null) return false;
  if (typeof value !== "boolean") throw wrong([...path, key], "true or false", value);
  return value;
}

export function isObject(value: unknown): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** The error for a value of another shape than `expected`. */
export function wrong(path: Path, expected: string, got: unknown): Invalid {
  const where = path.map((step) => (typeof step === "number" ? `[${step}]` : `.${step}`)).join("");
  const field = where.replace(/^\./, "");
  return new Invalid(`${field || "The body"} must be ${expected}, not ${shown(got)}.`, field || "body");
}

function shown(value: unknown): string {
  if (Array.isArray(value)) return "an array";
  if (typeof value === "object" && value !== null) return "an object";
  const text = JSON.stringify(value) ?? "missing";
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
