import { isIn, padded, runEnd, word } from "./alphabet.ts";
import { markEnd } from "./mark.ts";
import { kindOfValue, personalKinds } from "./named-value.ts";
import { type KeySense, mayEndSensitiveKey, senseOfKey } from "./sensitive-keys.ts";
import { ranks, type Span } from "./span.ts";

const longestKey = 64;
const longestQuoted = 8_192;
/** Names in one run without a break; no writer of texts comes near. */
const mostInRun = 256;
const skipped = new Set([" ", "\t", '"', "'", "`", "\\", "]"]);
const authSchemes =
  /^(?:bearer|basic|token|digest|negotiate|ntlm|apikey|api-key|ssws|bot|key|hawk|oauth|pat|glpat)$/i;

/** Finds the values that their names call secret: `password=…`, `"apiKey": "…"`, `Authorization: Bearer …`. */
export class PairFinder {
  readonly #text: string;
  /** The ends of the run and the line looked at last: however many names they hold, they are measured once. */
  #runEnd = 0;
  #lineEnd = 0;
  #judged = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** The secret behind the `=`, `:` or `>` at `at`, if the name before it says that there is one. */
  after(at: number): Span | undefined {
    const text = this.#text;
    let end = at;
    // `:=`, `=>`, `::`, `" :` and escaped quotes stand between a name and its value.
    for (let room = 4; room > 0 && end > 0 && isFiller(text, end - 1); room--) end--;
    if (end === 0 || !mayEndSensitiveKey(text.charCodeAt(end - 1))) return undefined;
    let start = end;
    const first = Math.max(0, end - longestKey);
    while (start > first && isKeyCharacter(text.charCodeAt(start - 1))) start--;
    if (text[at] === ">" && text[start - 1] !== "<" && text[at - 1] !== "=") return undefined;
    return this.#judge(text.slice(start, end), at + 1);
  }

  /** The secret behind a command-line option: `--password hunter2`. */
  afterOption(at: number): Span | undefined {
    const end = runEnd(this.#text, at + 2, padded, Math.min(this.#text.length, at + 2 + longestKey));
    if (this.#text[end] !== " ") return undefined;
    return this.#judge(this.#text.slice(at + 2, end), end + 1);
  }

  #judge(key: string, from: number): Span | undefined {
    const sense = senseOfKey(key);
    if (sense === "none") return undefined;
    const value = this.#value(from, sense);
    if (value.end <= value.start) return undefined;
    if (!value.quoted && this.#judged++ > mostInRun) return undefined;
    const secret = this.#text.slice(value.start, value.end);
    const kind = kindOfValue(key, secret, value.quoted);
    if (kind === undefined || (sense === "certain" && !value.quoted && this.#isProse(value, from)))
      return undefined;
    const rank = personalKinds.has(kind) ? ranks.personal : ranks.pair;
    return { start: value.start, end: value.end, kind, secret, rank };
  }

  #value(from: number, sense: KeySense): { start: number; end: number; quoted: boolean } {
    const text = this.#text;
    let start = from;
    let quote = "";
    for (let room = 8; room > 0; room--) {
      const character = text[start] ?? "";
      if (character === '"' || character === "'" || character === "`") quote = character;
      else if (!" \t\\=>[:".includes(character) || character === "") break;
      else if (character === "[" && !/["'\\]/.test(text[start + 1] ?? "")) break;
      start++;
      if (quote) break;
    }
    if (sense === "authorization") start = this.#pastScheme(start);
    if (quote) return { start, end: this.#quotedEnd(start, quote), quoted: true };
    if (sense === "cookies") {
      if (this.#lineEnd <= start) this.#lineEnd = lineEnd(text, start);
      return { start, end: this.#lineEnd, quoted: false };
    }
    if (this.#runEnd <= start) {
      this.#runEnd = unquotedEnd(text, start);
      this.#judged = 0;
    }
    return { start, end: this.#runEnd, quoted: false };
  }

  #pastScheme(start: number): number {
    const end = runEnd(this.#text, start, padded, Math.min(this.#text.length, start + 16));
    return this.#text[end] === " " && authSchemes.test(this.#text.slice(start, end)) ? end + 1 : start;
  }

  #quotedEnd(start: number, quote: string): number {
    const text = this.#text;
    const limit = Math.min(text.length, start + longestQuoted);
    for (let i = start; i < limit; i++) {
      const character = text[i];
      if (character === quote || character === "\n") return i;
      if (character !== "\\") continue;
      // An escaped quote ends a value that is escaped itself; others belong to the value.
      if (text[i + 1] === quote && isClosing(text[i + 2])) return i;
      i++;
    }
    return limit;
  }

  /** "password: link sent to …": a lower-case word with another behind it speaks about the password. */
  #isProse({ start, end }: { start: number; end: number }, from: number): boolean {
    const text = this.#text;
    if (text[from - 1] !== ":" || text[from] !== " ") return false;
    if (end - start > 24 || !/^[a-z]+$/.test(text.slice(start, end))) return false;
    return /^[,.]? [a-z]{2,}(?:[ .,!?]|$)/.test(text.slice(end, end + 24));
  }
}

function isFiller(text: string, at: number): boolean {
  const character = text[at] ?? "";
  return skipped.has(character) || character === ":" || character === "=";
}

const isKeyCharacter = (code: number) => isIn(code, word) || code === 45 || code === 46;

function unquotedEnd(text: string, start: number): number {
  for (let end = start; end < text.length; end++) {
    const code = text.charCodeAt(end);
    if (code <= 32) return end;
    switch (text[end]) {
      case '"':
      case "'":
      case "`":
      case ",":
      case ";":
      case "&":
      case "<":
      case ")":
      case "}":
      case "|":
        return end;
      case "\\":
        if (/["'nrt]/.test(text[end + 1] ?? "")) return end;
        break;
      case "]":
        // The end of a mark of ours belongs to it.
        if (markEnd(text, start) !== end + 1) return end;
        break;
    }
  }
  return text.length;
}

function lineEnd(text: string, start: number): number {
  for (let end = start; end < text.length; end++) {
    const character = text[end];
    if (character === "\n" || character === "\r" || character === '"' || character === "'") return end;
  }
  return text.length;
}

const isClosing = (after: string | undefined) => after === undefined || /[\s,:;}\])\\"']/.test(after);
