import { InvalidPattern } from "./pattern-error.ts";
import { compileMatcher, isObject, type LeafMatcher, type Scalar } from "./pattern-matchers.ts";

type Fields = Record<string, unknown>;
/** `all` are the elements of the array that `one` stands in, or `one` alone. */
type FieldsTest = (one: Fields, all: readonly Fields[]) => boolean;

/**
 * Compiles an EventBridge event pattern into a test of events. The whole language: exact values, prefix, suffix,
 * equals-ignore-case, wildcard, anything-but with its nested forms, numeric, exists, cidr and $or; fields are
 * and-ed, the values of one field or-ed, an array in the event matches when one of its elements does, and
 * fields of one array element are tested together.
 * Source: the EventBridge user guide, "Event pattern operators", and the open-source Event Ruler.
 * Throws InvalidPattern naming the field and what would be right.
 */
export function compilePattern(pattern: unknown): (event: unknown) => boolean {
  if (!isObject(pattern)) throw new InvalidPattern("", "must be a JSON object of fields");
  const test = compileFields(pattern, "");
  return (event) => isObject(event) && test(event, [event]);
}

function compileFields(pattern: Fields, path: string): FieldsTest {
  const names = Object.keys(pattern);
  if (names.length === 0) throw new InvalidPattern(path, "must not be an empty object");
  const tests = names.map((name) => compileField(name, pattern[name], path ? `${path}.${name}` : name));
  return (one, all) => tests.every((test) => test(one, all));
}

function compileField(name: string, wanted: unknown, path: string): FieldsTest {
  if (name === "$or") return compileOr(wanted, path);
  if (Array.isArray(wanted)) return compileLeaf(name, wanted, path);
  if (!isObject(wanted)) {
    throw new InvalidPattern(
      path,
      `must be an array of values or an object of fields; write [${JSON.stringify(wanted)}]`,
    );
  }
  const test = compileFields(wanted, path);
  return (one) => {
    const inner = objectsIn(own(one, name));
    return inner.length > 0 ? inner.some((element) => test(element, inner)) : test({}, []);
  };
}

function compileOr(alternatives: unknown, path: string): FieldsTest {
  if (!Array.isArray(alternatives) || alternatives.length < 2 || !alternatives.every(isObject)) {
    throw new InvalidPattern(path, "must be an array of at least two objects");
  }
  const tests = alternatives.map((alternative, i) => compileFields(alternative, `${path}[${i}]`));
  return (one, all) => tests.some((test) => test(one, all));
}

function compileLeaf(name: string, values: unknown[], path: string): FieldsTest {
  if (values.length === 0) throw new InvalidPattern(path, "must not be an empty array");
  const matchers = values.map((value) => compileMatcher(value, path));
  return (one, all) => {
    const leaves = scalarsIn(own(one, name));
    return matchers.some((matcher) => matchesLeaf(matcher, leaves, name, all));
  };
}

function matchesLeaf(
  matcher: LeafMatcher,
  leaves: readonly Scalar[],
  name: string,
  all: readonly Fields[],
): boolean {
  switch (matcher.kind) {
    case "value":
      return leaves.some(matcher.test);
    case "present":
      return leaves.length > 0;
    case "absent":
      return leaves.length === 0 && all.every((element) => scalarsIn(own(element, name)).length === 0);
  }
}

function own(fields: Fields, name: string): unknown {
  return Object.hasOwn(fields, name) ? fields[name] : undefined;
}

function objectsIn(value: unknown): Fields[] {
  if (Array.isArray(value)) return value.flatMap(objectsIn);
  return isObject(value) ? [value] : [];
}

function scalarsIn(value: unknown): Scalar[] {
  if (Array.isArray(value)) return value.flatMap(scalarsIn);
  return value === undefined || isObject(value) ? [] : [value as Scalar];
}
