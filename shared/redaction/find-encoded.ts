import { anyBase64, runEnd } from "./alphabet.ts";
import { ranks, type Span } from "./span.ts";

/** Enough to tell encoded text from an id: twelve bytes. */
const probe = 16;
const longest = 1_000_000;
/** Directories that a path before the encoded text may have. */
const mostTries = 16;

/**
 * A run that is text in base64, holding a secret: the whole run goes, since half of it could not be read anyway.
 * A path may stand before it, so it may begin after any slash; the first place that decodes to text counts.
 */
export function encodedSecret(
  text: string,
  start: number,
  end: number,
  search: (decoded: string) => Span[],
): Span | undefined {
  for (let at = start, tries = 0; end - at >= probe && tries < mostTries; tries++) {
    if (isText(Buffer.from(text.slice(at, at + probe), "base64"))) {
      const stop = Math.min(end, at + longest);
      const found = search(Buffer.from(text.slice(at, stop), "base64").toString("utf8"));
      const [first] = found.sort((a, b) => b.rank - a.rank);
      const padded = runEnd(text, end, anyBase64, end) + paddingAfter(text, end);
      return first && { start: at, end: padded, kind: first.kind, secret: first.secret, rank: ranks.encoded };
    }
    const slash = text.indexOf("/", at);
    if (slash < 0 || slash >= end) return undefined;
    at = slash + 1;
  }
  return undefined;
}

function paddingAfter(text: string, end: number): number {
  return text[end] !== "=" ? 0 : text[end + 1] === "=" ? 2 : 1;
}

/** Printable ASCII, with line ends and tabs; bytes of UTF-8 beyond it are rare in what carries secrets. */
function isText(bytes: Buffer): boolean {
  for (const byte of bytes) {
    const printable = (byte >= 32 && byte < 127) || byte === 9 || byte === 10 || byte === 13;
    if (!printable) return false;
  }
  return bytes.length > 0;
}
