import { describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { compilePattern } from "../../infra/local/bus/pattern.ts";

const alert = {
  source: "sentinelops.alerts",
  "detail-type": "alert.fired.v1",
  resources: ["arn:a", "arn:b"],
  detail: {
    severity: "critical",
    count: 3,
    ratio: 0.25,
    exact: 300,
    flag: true,
    nothing: null,
    empty: "",
    none: [],
    name: "Checkout-API",
    file: "dir/report.final.png",
    star: "a*b",
    ip: "10.0.0.42",
    ip6: "2001:db8::7",
    labels: { host: "web-1", env: "prod" },
    tags: ["red", "green", 7],
    nested: [["deep"]],
    items: [
      { kind: "disk", size: 10 },
      { kind: "cpu", size: 90 },
    ],
  },
};

const inDetail = (detail: unknown) => ({ detail });

describe("an event pattern matches as EventBridge says", () => {
  test.each<[why: string, pattern: unknown, matches: boolean]>([
    ["exact text", { "detail-type": ["alert.fired.v1"] }, true],
    ["one of several", { "detail-type": ["alert.resolved.v1", "alert.fired.v1"] }, true],
    ["every field must match", { source: ["sentinelops.alerts"], "detail-type": ["x"] }, false],
    ["text is not a number", inDetail({ count: ["3"] }), false],
    ["a number in any spelling", inDetail({ exact: [3.0e2] }), true],
    ["true", inDetail({ flag: [true] }), true],
    ['true is not "true"', inDetail({ flag: ["true"] }), false],
    ["null", inDetail({ nothing: [null] }), true],
    ["null is not absent", inDetail({ gone: [null] }), false],
    ["empty text", inDetail({ empty: [""] }), true],
    ["empty text is not null", inDetail({ nothing: [""] }), false],
    ["any element of an array", { resources: ["arn:b"] }, true],
    ["elements of mixed kinds", inDetail({ tags: [7] }), true],
    ["arrays inside arrays", inDetail({ nested: ["deep"] }), true],
    ["fields of one element together", inDetail({ items: { kind: ["cpu"], size: [90] } }), true],
    ["not fields of different elements", inDetail({ items: { kind: ["cpu"], size: [10] } }), false],
    ["prefix", inDetail({ name: [{ prefix: "Check" }] }), true],
    ["prefix minds case", inDetail({ name: [{ prefix: "check" }] }), false],
    ["prefix in any case", inDetail({ name: [{ prefix: { "equals-ignore-case": "CHECK" } }] }), true],
    ["suffix", inDetail({ file: [{ suffix: ".png" }] }), true],
    ["suffix in any case", inDetail({ name: [{ suffix: { "equals-ignore-case": "api" } }] }), true],
    ["prefix of a number is none", inDetail({ exact: [{ prefix: "3" }] }), false],
    ["equals-ignore-case", inDetail({ name: [{ "equals-ignore-case": "checkout-api" }] }), true],
    ["equals-ignore-case is not prefix", inDetail({ name: [{ "equals-ignore-case": "checkout" }] }), false],
    ["wildcard", inDetail({ file: [{ wildcard: "dir/*.png" }] }), true],
    ["two wildcards", inDetail({ file: [{ wildcard: "*/*final*" }] }), true],
    ["wildcard for nothing", inDetail({ severity: [{ wildcard: "critical*" }] }), true],
    ["wildcard needs its ends apart", inDetail({ severity: [{ wildcard: "critical*l" }] }), false],
    ["an escaped star is a star", inDetail({ star: [{ wildcard: "a\\*b" }] }), true],
    ["an escaped star is no wildcard", inDetail({ file: [{ wildcard: "dir\\*" }] }), false],
    ["anything-but", inDetail({ severity: [{ "anything-but": "info" }] }), true],
    ["anything-but the very value", inDetail({ severity: [{ "anything-but": "critical" }] }), false],
    ["anything-but a list", inDetail({ severity: [{ "anything-but": ["info", "critical"] }] }), false],
    ["anything-but numbers", inDetail({ count: [{ "anything-but": [1, 2] }] }), true],
    ["anything-but of a number is text too", inDetail({ severity: [{ "anything-but": 3 }] }), true],
    ["anything-but wants a value", inDetail({ gone: [{ "anything-but": "x" }] }), false],
    ["anything-but prefix", inDetail({ name: [{ "anything-but": { prefix: "Check" } }] }), false],
    ["anything-but prefixes", inDetail({ name: [{ "anything-but": { prefix: ["a", "b"] } }] }), true],
    ["anything-but suffix", inDetail({ file: [{ "anything-but": { suffix: ".jpg" } }] }), true],
    ["anything-but suffixes", inDetail({ file: [{ "anything-but": { suffix: [".jpg", ".png"] } }] }), false],
    ["anything-but wildcard", inDetail({ file: [{ "anything-but": { wildcard: "*.png" } }] }), false],
    ["anything-but wildcards", inDetail({ file: [{ "anything-but": { wildcard: ["*.a", "*.b"] } }] }), true],
    [
      "anything-but in any case",
      inDetail({ name: [{ "anything-but": { "equals-ignore-case": "CHECKOUT-api" } }] }),
      false,
    ],
    [
      "anything-but a list in any case",
      inDetail({ name: [{ "anything-but": { "equals-ignore-case": ["a", "B"] } }] }),
      true,
    ],
    [
      "anything-but a prefix in any case",
      inDetail({ name: [{ "anything-but": { prefix: { "equals-ignore-case": "CHECK" } } }] }),
      false,
    ],
    ["one element that is anything but", inDetail({ tags: [{ "anything-but": ["red"] }] }), true],
    ["numeric =", inDetail({ ratio: [{ numeric: ["=", 2.5e-1] }] }), true],
    ["numeric <", inDetail({ count: [{ numeric: ["<", 3] }] }), false],
    ["numeric <=", inDetail({ count: [{ numeric: ["<=", 3] }] }), true],
    ["numeric range", inDetail({ count: [{ numeric: [">", 0, "<=", 3] }] }), true],
    ["outside the range", inDetail({ count: [{ numeric: [">", 3, "<", 9] }] }), false],
    ["text is not numeric", inDetail({ severity: [{ numeric: [">", 0] }] }), false],
    ["exists", inDetail({ labels: { host: [{ exists: true }] } }), true],
    ["null exists", inDetail({ nothing: [{ exists: true }] }), true],
    ["an empty array does not", inDetail({ none: [{ exists: true }] }), false],
    ["exists false", inDetail({ gone: [{ exists: false }] }), true],
    ["exists false under what is not there", inDetail({ gone: { deeper: [{ exists: false }] } }), true],
    ["exists false of what is there", inDetail({ severity: [{ exists: false }] }), false],
    ["an object is no value", inDetail({ labels: [{ exists: true }] }), false],
    ["exists false minds all elements", inDetail({ items: { kind: [{ exists: false }] } }), false],
    ["absent or a value", inDetail({ severity: [{ exists: false }, "critical"] }), true],
    ["cidr", inDetail({ ip: [{ cidr: "10.0.0.0/24" }] }), true],
    ["outside the cidr", inDetail({ ip: [{ cidr: "10.0.1.0/24" }] }), false],
    ["cidr of IPv6", inDetail({ ip6: [{ cidr: "2001:db8::/32" }] }), true],
    ["IPv4 is in no IPv6 range", inDetail({ ip: [{ cidr: "::/0" }] }), false],
    ["what is no address", inDetail({ severity: [{ cidr: "0.0.0.0/0" }] }), false],
    ["$or, second", inDetail({ $or: [{ count: [9] }, { severity: ["critical"] }] }), true],
    ["$or, none", inDetail({ $or: [{ count: [9] }, { severity: ["info"] }] }), false],
    [
      "$or and a field beside it",
      inDetail({ flag: [false], $or: [{ count: [3] }, { exact: [300] }] }),
      false,
    ],
    ["$or at the top", { $or: [{ source: ["x"] }, { detail: { labels: { env: ["prod"] } } }] }, true],
    ["$or in $or", inDetail({ $or: [{ count: [9] }, { $or: [{ flag: [true] }, { flag: [null] }] }] }), true],
    ["inherited names are no fields", inDetail({ constructor: [{ exists: true }] }), false],
  ])("%s", (_why, pattern, matches) => {
    expect(compilePattern(pattern)(alert)).toBe(matches);
  });
});

describe("a pattern EventBridge would refuse is refused with the field", () => {
  test.each<[pattern: unknown, fault: string]>([
    ["text", "must be a JSON object"],
    [[], "must be a JSON object"],
    [{}, "must not be an empty object"],
    [{ detail: {} }, '"detail" must not be an empty object'],
    [{ source: [] }, '"source" must not be an empty array'],
    [{ source: "aws.ec2" }, '"source" must be an array of values or an object of fields; write ["aws.ec2"]'],
    [{ source: [["x"]] }, "must not hold an array inside its array"],
    [{ source: [{}] }, "exactly one operator"],
    [{ source: [{ prefix: "a", suffix: "b" }] }, "exactly one operator"],
    [{ source: [{ regex: ".*" }] }, '"source.regex" is not an operator'],
    [{ source: [{ prefix: 3 }] }, "must be text, not 3"],
    [{ source: [{ prefix: { suffix: "x" } }] }, 'may hold text or {"equals-ignore-case": text}'],
    [{ source: [{ exists: "yes" }] }, "must be true or false"],
    [{ source: [{ cidr: "10.0.0.0" }] }, "must be an address range"],
    [{ source: [{ cidr: "10.0.0.0/99" }] }, "must be an address range"],
    [{ source: [{ wildcard: "a**b" }] }, "two * in a row"],
    [{ source: [{ wildcard: "a\\x" }] }, "not followed by * or \\"],
    [{ source: [{ "anything-but": [] }] }, "must not be an empty list"],
    [{ source: [{ "anything-but": ["a", 1] }] }, "only text or only numbers"],
    [{ source: [{ "anything-but": null }] }, "must be text, a number"],
    [
      { source: [{ "anything-but": { numeric: ["<", 1] } }] },
      '"source.anything-but.numeric" is not an operator',
    ],
    [{ n: [{ numeric: ["<"] }] }, 'must be like ["<", 10]'],
    [{ n: [{ numeric: ["!", 1] }] }, "where one of > >= < <= = belongs"],
    [{ n: [{ numeric: ["<", 1, ">", 0] }] }, "where one of > >= belongs"],
    [{ n: [{ numeric: [">", 5, "<", 5] }] }, "lower end below its upper end"],
    [{ n: [{ numeric: ["<", 6e9] }] }, "between -5000000000 and 5000000000"],
    [{ $or: [{ a: [1] }] }, "at least two objects"],
    [{ $or: { a: [1] } }, "at least two objects"],
  ])("%j", (pattern, fault) => {
    expect(() => compilePattern(pattern)).toThrow(fault);
  });
});

test("no event makes a pattern throw", () => {
  const matches = compilePattern({
    detail: {
      a: [{ prefix: "x" }, { numeric: [">", 0] }, { exists: false }],
      b: { c: [{ "anything-but": "y" }] },
    },
  });

  fc.assert(fc.property(fc.anything(), (detail) => typeof matches({ detail }) === "boolean"));
  fc.assert(fc.property(fc.anything(), (event) => typeof matches(event) === "boolean"));
});

test("a wildcard agrees with the regular expression it stands for", () => {
  const letters = fc.string({ unit: fc.constantFrom("a", "b", "*"), maxLength: 8 });
  fc.assert(
    fc.property(letters, fc.string({ unit: fc.constantFrom("a", "b"), maxLength: 10 }), (raw, value) => {
      const wildcard = raw.replaceAll(/\*+/g, "*");
      const expected = new RegExp(`^${wildcard.replaceAll("*", ".*")}$`).test(value);

      expect(compilePattern({ v: [{ wildcard }] })({ v: value })).toBe(expected);
    }),
  );
});

test("S-11 a wildcard built to backtrack takes no time", () => {
  const matches = compilePattern({ v: [{ wildcard: `${"*a".repeat(20)}*b` }] });
  const startMs = performance.now();

  expect(matches({ v: "a".repeat(50_000) })).toBe(false);
  expect(performance.now() - startMs).toBeLessThan(100);
});
