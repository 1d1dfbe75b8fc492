import { base64Url, isIn, padded, runEnd } from "./alphabet.ts";
import { markEnd } from "./mark.ts";
import { isRandomLooking } from "./random-looking.ts";
import { ranks, type Span } from "./span.ts";

const identified = /identified by (?:password )?'([^'\n]{1,256})'/iy;
const telegram = /\d{8,10}:AA[A-Za-z0-9_-]{33}(?![A-Za-z0-9_-])/y;
const asana = /[12]\/\d{10,20}(?:\/\d{10,20})?:[0-9a-f]{32}/y;
const azureSecret = /[A-Za-z0-9_~.-]{3}\dQ~[A-Za-z0-9_~.-]{31,40}/y;
const terraform = /[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{60,100}/y;

/** A credential that words announce: `Bearer …`, `Basic …`, `IDENTIFIED BY '…'`. */
export function bearerAt(text: string, at: number): Span | undefined {
  switch (text.charCodeAt(at) | 32) {
    case 98: {
      const length = isWord(text, at, "bearer ") ? 7 : isWord(text, at, "basic ") ? 6 : 0;
      if (length === 0) return undefined;
      const start = at + length;
      const end = runEnd(text, start, padded, Math.min(text.length, start + 8_192));
      const secret = text.slice(start, end);
      const fits =
        length === 7 ? isRandomLooking(secret) || (/\d/.test(secret) && secret.length >= 8) : isBasic(secret);
      return fits ? { start, end, kind: "authorization", secret, rank: ranks.url } : undefined;
    }
    case 105: {
      identified.lastIndex = at;
      const match = isWord(text, at, "identified by ") ? identified.exec(text) : null;
      const secret = match?.[1];
      if (secret === undefined || markEnd(secret, 0) > 0) return undefined;
      const end = identified.lastIndex - 1;
      return { start: end - secret.length, end, kind: "password", secret, rank: ranks.pair };
    }
    default:
      return undefined;
  }
}

/** Tokens whose telling mark is not at their beginning, seen at the mark or at a leading digit. */
export function oddlyMarkedToken(text: string, at: number): Span | undefined {
  const code = text.charCodeAt(at);
  if (code === 126) {
    return text[at - 1] === "Q" ? shaped(azureSecret, text, at - 5, "azure-secret") : undefined;
  }
  if (code === 46) {
    return text.startsWith(".atlasv1.", at) ? shaped(terraform, text, at - 14, "terraform-token") : undefined;
  }
  if (text[at + 1] === "/") return shaped(asana, text, at, "asana-token");
  return [8, 9, 10].some((length) => text.startsWith(":AA", at + length))
    ? shaped(telegram, text, at, "telegram-token")
    : undefined;
}

function shaped(shape: RegExp, text: string, start: number, kind: string): Span | undefined {
  if (start < 0 || (start > 0 && isIn(text.charCodeAt(start - 1), base64Url))) return undefined;
  shape.lastIndex = start;
  if (!shape.test(text)) return undefined;
  const end = shape.lastIndex;
  return { start, end, kind, secret: text.slice(start, end), rank: ranks.token };
}

function isWord(text: string, at: number, expected: string): boolean {
  return text.slice(at, at + expected.length).toLowerCase() === expected;
}

/** `user:password` in base64. */
function isBasic(secret: string): boolean {
  return (
    secret.length >= 4 && /^[\x20-\x7e]*:[\x20-\x7e]*$/.test(Buffer.from(secret, "base64").toString("latin1"))
  );
}
