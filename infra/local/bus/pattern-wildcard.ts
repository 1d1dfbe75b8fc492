import { InvalidPattern } from "./pattern-error.ts";

/**
 * `*` stands for any text, `\*` and `\\` for themselves. Runs in time linear in the value per part,
 * as nothing is ever tried twice: each part is taken at its first place after the one before.
 */
export function compileWildcard(pattern: string, path: string): (value: string) => boolean {
  const parts = split(pattern, path);
  const [first = "", ...rest] = parts;
  const last = rest.pop();
  if (last === undefined) return (value) => value === first;
  return (value) => {
    if (value.length < first.length + last.length || !value.startsWith(first) || !value.endsWith(last)) {
      return false;
    }
    const end = value.length - last.length;
    let from = first.length;
    for (const part of rest) {
      const at = value.indexOf(part, from);
      if (at < 0 || at + part.length > end) return false;
      from = at + part.length;
    }
    return true;
  };
}

/** The literal texts between the wildcards. */
function split(pattern: string, path: string): string[] {
  const parts = [""];
  for (let i = 0; i < pattern.length; i++) {
    const character = pattern[i] ?? "";
    if (character === "*") {
      if (pattern[i + 1] === "*") throw new InvalidPattern(path, "must not have two * in a row");
      parts.push("");
      continue;
    }
    let literal = character;
    if (character === "\\") {
      literal = pattern[++i] ?? "";
      if (literal !== "*" && literal !== "\\") {
        throw new InvalidPattern(path, "has a \\ that is not followed by * or \\");
      }
    }
    parts[parts.length - 1] += literal;
  }
  return parts;
}
