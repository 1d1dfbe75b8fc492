import { alnum, anyBase64, digits, hex, isIn, upper } from "./alphabet.ts";
import { BlockFinder } from "./find-blocks.ts";
import { encodedSecret } from "./find-encoded.ts";
import { PairFinder } from "./find-pairs.ts";
import { emailAt, ibanAt, ipv6At, numberAt, phoneAt } from "./find-personal.ts";
import { leastRun, tokenOfRun } from "./find-runs.ts";
import { bearerAt, oddlyMarkedToken } from "./find-spoken.ts";
import { tokenAt } from "./find-tokens.ts";
import { urlCredentials } from "./find-urls.ts";
import { markEnd } from "./mark.ts";
import { mergeSpans, ranks, type Span } from "./span.ts";

/** What counts besides secrets, which always do. */
export interface Search {
  /** E-mail addresses, phone, card and account numbers. */
  personal: boolean;
  /** IP addresses: they place a cause, so storage keeps them. */
  addresses: boolean;
}

/**
 * Every secret and personal datum in the text as it stands, in order and apart from each other. One pass over the
 * characters; what is tried at a place is bounded or measured once, so the time is linear in the text's length.
 */
export function findSecrets(text: string, search: Search, insideEncoding = false): Span[] {
  const spans: Span[] = [];
  const pairs = new PairFinder(text);
  const blocks = new BlockFinder(text);
  const note = (span: Span | undefined) => {
    if (span) spans.push(span);
    return span;
  };
  const endRun = (start: number, end: number) => {
    if (end - start < leastRun) return;
    if (note(tokenOfRun(text, start, end)) || insideEncoding) return;
    note(encodedSecret(text, start, end, (decoded) => findSecrets(decoded, search, true)));
  };
  let runStart = -1;
  let tokenEnd = 0;
  let afterWord = false;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    const inWord = isIn(code, alnum);
    if (inWord && afterWord) continue;
    if (inWord || isIn(code, anyBase64)) {
      if (runStart < 0) runStart = i;
    } else if (runStart >= 0) {
      endRun(runStart, i);
      runStart = -1;
    }
    afterWord = inWord;
    if (inWord) {
      if (i >= tokenEnd) tokenEnd = note(wordAt(text, i, code, search))?.end ?? tokenEnd;
      continue;
    }
    switch (code) {
      case 61: // =
        note(pairs.after(i));
        break;
      case 58: // :
        if (text.startsWith("//", i + 1)) note(urlCredentials(text, i));
        else note(pairs.after(i));
        break;
      case 62: // >
        note(pairs.after(i));
        break;
      case 64: // @
        note(emailAt(text, i));
        break;
      case 43: // +
      case 40: // (
        note(phoneAt(text, i));
        break;
      case 126: // ~
      case 46: // .
        note(oddlyMarkedToken(text, i));
        break;
      case 91: // [ of a mark that an earlier pass left
        i = Math.max(i, markEnd(text, i) - 1);
        break;
      case 45: // -
        if (text.charCodeAt(i + 1) !== 45) break;
        if (text.charCodeAt(i + 2) === 45) note(blocks.beginningAt(i));
        else note(pairs.afterOption(i));
        break;
    }
  }
  if (runStart >= 0) endRun(runStart, text.length);
  return mergeSpans(search.personal ? spans : spans.filter(({ rank }) => rank !== ranks.personal));
}

function wordAt(text: string, at: number, code: number, { addresses }: Search): Span | undefined {
  const span = isIn(code, digits)
    ? (numberAt(text, at, addresses) ?? oddlyMarkedToken(text, at))
    : (tokenAt(text, at) ?? bearerAt(text, at) ?? (isIn(code, upper) ? ibanAt(text, at) : undefined));
  return span ?? (addresses && isIn(code, hex) ? ipv6At(text, at) : undefined);
}
