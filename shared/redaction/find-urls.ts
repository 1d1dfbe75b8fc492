import { isIn, token, word } from "./alphabet.ts";
import { markEnd } from "./mark.ts";
import { ranks, type Span } from "./span.ts";

const longestUserInfo = 512;

/**
 * Credentials in the URL whose `://` is at `at`: the password, or the user where there is no password and the
 * scheme is one where a lone user is a token. Host and path stay, since they tell what was called.
 */
export function urlCredentials(text: string, at: number): Span | undefined {
  const start = at + 3;
  const limit = Math.min(text.length, start + longestUserInfo);
  let colon = -1;
  let sign = -1;
  for (let i = start; i < limit; i++) {
    const code = text.charCodeAt(i);
    if (code <= 32 || code === 34 || code === 39 || code === 60 || code === 62 || code === 96) break;
    // A path, query or fragment ends the authority, unless the password holds one and the host is yet to come.
    if (code === 47 && (colon < 0 || sign >= 0)) break;
    if ((code === 63 || code === 35) && sign >= 0) break;
    // Another URL begins: this one had no credentials.
    if (code === 58 && text.startsWith("://", i)) break;
    if (code === 58 && colon < 0 && sign < 0) colon = i;
    if (code === 64) sign = i;
  }
  if (
    sign <= start ||
    (!isIn(text.charCodeAt(sign + 1), word) && text[sign + 1] !== "[" && text[sign + 1] !== "(")
  ) {
    return undefined;
  }
  if (colon >= 0 && colon < sign && isPort(text, colon, sign)) return undefined;
  const lone = colon < 0 || colon > sign || colon + 1 === sign;
  const from = lone ? start : colon + 1;
  const to = colon + 1 === sign ? colon : sign;
  const secret = text.slice(from, to);
  if (secret === "" || markEnd(secret, 0) > 0 || /^(?:\*+|x{3,}|<.*>|\$\{?\w+\}?)$/i.test(secret))
    return undefined;
  if (lone && !(text.startsWith("http", schemeStart(text, at)) && secret.length >= 16)) return undefined;
  return { start: from, end: to, kind: "url-password", secret, rank: ranks.url };
}

/** `https://host:8080/@scope/pkg` has no credentials: what follows the colon is a port and a path. */
function isPort(text: string, colon: number, sign: number): boolean {
  return /^\d{1,5}\//.test(text.slice(colon + 1, Math.min(sign, colon + 8)));
}

function schemeStart(text: string, at: number): number {
  let start = at;
  while (start > 0 && at - start < 32 && isIn(text.charCodeAt(start - 1), token)) start--;
  return start;
}
