import { base64Url, isIn, runEnd } from "./alphabet.ts";
import { ranks, type Span } from "./span.ts";
import { type ShapedFormat, shapedFormats, type TokenFormat, tokenFormats } from "./token-formats.ts";

type Format = TokenFormat | ShapedFormat;

/** Formats by their first three characters; those with a shorter prefix by as many as it has. */
const formatsByHead = new Map<number, Format[]>();
/** Which two characters begin a token of any form: a quick no for most words. */
const beginnings = new Uint8Array(128 * 128);
const headKey = (text: string, at: number, length: number) => {
  let key = 0;
  for (let i = 0; i < length; i++) key = key * 128 + text.charCodeAt(at + i);
  return key;
};
const allow = (prefix: string) => {
  const first = prefix.charCodeAt(0) * 128;
  if (prefix.length > 1) beginnings[first + prefix.charCodeAt(1)] = 1;
  else beginnings.fill(1, first, first + 128);
};
allow("ey");
for (const format of [...tokenFormats, ...shapedFormats]) {
  const key = headKey(format.prefix, 0, Math.min(3, format.prefix.length));
  allow(format.prefix);
  formatsByHead.set(key, [...(formatsByHead.get(key) ?? []), format]);
}

/** Beyond that a greatest length says how long tokens are today, not that a longer one is none. */
const strictLength = 128;

/** The token that begins at `at`, a place where a word begins. */
export function tokenAt(text: string, at: number): Span | undefined {
  if (beginnings[text.charCodeAt(at) * 128 + text.charCodeAt(at + 1)] !== 1) return undefined;
  for (let length = 3; length > 0; length--) {
    const formats = formatsByHead.get(headKey(text, at, length));
    if (!formats) continue;
    for (const format of formats) {
      if (!text.startsWith(format.prefix, at)) continue;
      const end = endOf(text, at, format);
      if (end > 0) return spanOf(text, at, end, format.kind);
    }
  }
  return text.startsWith("eyJ", at) ? jwtAt(text, at) : undefined;
}

function endOf(text: string, at: number, format: Format): number {
  if ("shape" in format) {
    format.shape.lastIndex = at;
    return format.shape.test(text) ? format.shape.lastIndex : 0;
  }
  const { prefix, group, least, most } = format;
  const start = at + prefix.length;
  const strict = most <= strictLength;
  const end = runEnd(text, start, group, strict ? Math.min(text.length, start + most + 1) : text.length);
  const length = end - start;
  return length >= least && !(strict && length > most) ? end : 0;
}

/**
 * A JSON Web Token, signed, unsigned (with an empty third part), encrypted (five parts), or cut after its
 * payload. A run of its alphabet is looked at once, from where it begins.
 */
function jwtAt(text: string, at: number): Span | undefined {
  if (at > 0 && isIn(text.charCodeAt(at - 1), base64Url)) return undefined;
  const headerEnd = runEnd(text, at, base64Url);
  if (headerEnd - at < 12 || text[headerEnd] !== ".") return undefined;
  let end = runEnd(text, headerEnd + 1, base64Url);
  const signed = text[end] === ".";
  if (!signed && !text.startsWith("eyJ", headerEnd + 1)) return undefined;
  for (let part = 3; part <= 5 && text[end] === "."; part++) end = runEnd(text, end + 1, base64Url);
  return end - at >= 24 ? spanOf(text, at, end, "jwt") : undefined;
}

function spanOf(text: string, start: number, end: number, kind: string): Span {
  return { start, end, kind, secret: text.slice(start, end), rank: ranks.token };
}
