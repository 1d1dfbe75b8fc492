import type { RE2JS } from "re2js";
import { Invalid } from "../errors.ts";
import { linearRegex } from "./linear-regex.ts";

/** One label condition in PromQL's spelling. An absent label counts as the empty string, as in PromQL. */
export interface Matcher {
  label: string;
  operator: "=" | "!=" | "=~" | "!~";
  value: string;
  test(value: string): boolean;
}

const maxMatchers = 32;
const token = /\s*([a-zA-Z_][a-zA-Z0-9_.:-]*)\s*(=~|!~|!=|=)\s*"((?:[^"\\]|\\.)*)"\s*(,|$)/y;

/**
 * Parses `{host="a",env=~"p.*"}`; the braces may be left out, an empty text matches everything.
 * Regular expressions are anchored and run in RE2's linear time. Throws Invalid naming the place.
 */
export function parseMatchers(text: string, field = "match"): Matcher[] {
  const inner = text
    .trim()
    .replace(/^\{([\s\S]*)\}$/, "$1")
    .trim();
  if (inner === "") return [];
  const matchers: Matcher[] = [];
  token.lastIndex = 0;
  while (token.lastIndex < inner.length) {
    const at = token.lastIndex;
    const found = token.exec(inner);
    if (!found || matchers.length === maxMatchers) {
      const fault = found
        ? `has more than ${maxMatchers} conditions`
        : `cannot be read at "${inner.slice(at, at + 20)}"`;
      throw new Invalid(`The matcher ${fault}; write it like {host="a",env=~"prod.*"}.`, field);
    }
    const [, label = "", operator = "=", quoted = ""] = found;
    matchers.push(makeMatcher(label, operator as Matcher["operator"], unquote(quoted), field));
  }
  return matchers;
}

export function matchesAll(matchers: readonly Matcher[], labels: Readonly<Record<string, string>>): boolean {
  return matchers.every((matcher) => matcher.test(labels[matcher.label] ?? ""));
}

function makeMatcher(label: string, operator: Matcher["operator"], value: string, field: string): Matcher {
  switch (operator) {
    case "=":
      return { label, operator, value, test: (found) => found === value };
    case "!=":
      return { label, operator, value, test: (found) => found !== value };
    case "=~": {
      const pattern = compile(value, field);
      return { label, operator, value, test: (found) => pattern.matches(found) };
    }
    case "!~": {
      const pattern = compile(value, field);
      return { label, operator, value, test: (found) => !pattern.matches(found) };
    }
  }
}

function compile(pattern: string, field: string): RE2JS {
  try {
    const engine = linearRegex();
    return engine.compile(pattern, engine.DOTALL);
  } catch (error) {
    throw new Invalid(`"${pattern}" is not an RE2 regular expression: ${(error as Error).message}.`, field);
  }
}

function unquote(text: string): string {
  return text.replace(/\\(.)/g, (_, escaped: string) => ({ n: "\n", t: "\t", r: "\r" })[escaped] ?? escaped);
}
