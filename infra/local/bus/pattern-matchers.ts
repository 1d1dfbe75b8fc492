import ipaddr from "ipaddr.js";
import { InvalidPattern } from "./pattern-error.ts";
import { compileNumeric } from "./pattern-numeric.ts";
import { compileWildcard } from "./pattern-wildcard.ts";

export type Scalar = string | number | boolean | null;
type Test<T = Scalar> = (value: T) => boolean;

/** What one entry of a field's array asks: something of a value, or of the field's presence. */
export type LeafMatcher = { kind: "value"; test: Test } | { kind: "present" } | { kind: "absent" };

export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** One entry of a field's array: an exact value or one operator. */
export function compileMatcher(entry: unknown, path: string): LeafMatcher {
  if (Array.isArray(entry)) throw new InvalidPattern(path, "must not hold an array inside its array");
  if (!isObject(entry)) return { kind: "value", test: (value) => value === entry };
  const [operator, operand] = onlyEntry(entry, path);
  const at = `${path}.${operator}`;
  switch (operator) {
    case "exists":
      if (typeof operand !== "boolean") throw new InvalidPattern(at, "must be true or false");
      return { kind: operand ? "present" : "absent" };
    case "anything-but":
      return { kind: "value", test: compileAnythingBut(operand, at) };
    case "numeric": {
      const test = compileNumeric(operand, at);
      return { kind: "value", test: (value) => typeof value === "number" && test(value) };
    }
    case "cidr":
      return { kind: "value", test: onText(compileCidr(operand, at)) };
    default:
      return { kind: "value", test: onText(compileTextOperator(operator, operand, at)) };
  }
}

const onText =
  (test: Test<string>): Test =>
  (value) =>
    typeof value === "string" && test(value);

/** The operators over text, which stand alone and inside anything-but. */
function compileTextOperator(operator: string, operand: unknown, path: string): Test<string> {
  switch (operator) {
    case "prefix":
      return compileEnd(operand, path, (value, end) => value.startsWith(end));
    case "suffix":
      return compileEnd(operand, path, (value, end) => value.endsWith(end));
    case "equals-ignore-case": {
      const wanted = textOf(operand, path).toLowerCase();
      return (value) => value.toLowerCase() === wanted;
    }
    case "wildcard":
      return compileWildcard(textOf(operand, path), path);
    default:
      throw new InvalidPattern(
        path,
        `is not an operator; there are prefix, suffix, equals-ignore-case, wildcard, anything-but, numeric, exists and cidr`,
      );
  }
}

function compileEnd(
  operand: unknown,
  path: string,
  fits: (value: string, end: string) => boolean,
): Test<string> {
  if (!isObject(operand)) {
    const end = textOf(operand, path);
    return (value) => fits(value, end);
  }
  const [operator, inner] = onlyEntry(operand, path);
  if (operator !== "equals-ignore-case") {
    throw new InvalidPattern(path, `may hold text or {"equals-ignore-case": text}, not "${operator}"`);
  }
  const end = textOf(inner, `${path}.${operator}`).toLowerCase();
  return (value) => fits(value.toLowerCase(), end);
}

/** True for every value that is there and is none of those named. */
function compileAnythingBut(operand: unknown, path: string): Test {
  if (isObject(operand)) {
    const [operator, inner] = onlyEntry(operand, path);
    const at = `${path}.${operator}`;
    const listed = Array.isArray(inner) ? nonEmpty(inner, at) : [inner];
    const tests = listed.map((one) => compileTextOperator(operator, one, at));
    return (value) => typeof value !== "string" || !tests.some((test) => test(value));
  }
  const listed = Array.isArray(operand) ? nonEmpty(operand, path) : [operand];
  const [first] = listed;
  const sameKind = listed.every((one) => typeof one === typeof first);
  if (!sameKind || (typeof first !== "string" && typeof first !== "number")) {
    throw new InvalidPattern(
      path,
      "must be text, a number, a list of only text or only numbers, or an operator",
    );
  }
  const excluded = new Set<unknown>(listed);
  return (value) => !excluded.has(value);
}

function compileCidr(operand: unknown, path: string): Test<string> {
  const text = textOf(operand, path);
  if (!ipaddr.isValidCIDR(text)) {
    throw new InvalidPattern(path, `must be an address range like "10.0.0.0/24" or "2001:db8::/32"`);
  }
  const [network, bits] = ipaddr.parseCIDR(text);
  return (value) => {
    if (!ipaddr.isValid(value)) return false;
    const address = ipaddr.parse(value);
    return address.kind() === network.kind() && address.match(network, bits);
  };
}

function onlyEntry(operators: Record<string, unknown>, path: string): [string, unknown] {
  const [entry, ...others] = Object.entries(operators);
  if (!entry || others.length > 0)
    throw new InvalidPattern(path, "must hold exactly one operator per object");
  return entry;
}

function nonEmpty(list: unknown[], path: string): unknown[] {
  if (list.length === 0) throw new InvalidPattern(path, "must not be an empty list");
  return list;
}

function textOf(operand: unknown, path: string): string {
  if (typeof operand === "string") return operand;
  throw new InvalidPattern(path, `must be text, not ${JSON.stringify(operand)}`);
}
