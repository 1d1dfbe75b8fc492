import { isIn, padded } from "./alphabet.ts";
import { ranks, type Span } from "./span.ts";

const fence = "-----";
/** What stands between the fences besides base64: line ends, escaped ones too, and headers. */
const others = new Set([..." \t\r\n\\:,()"].map((character) => character.charCodeAt(0)));

/** Finds PEM and PGP blocks, of many lines or one with `\n` in it, and such as were cut off before their end. */
export class BlockFinder {
  readonly #text: string;
  /** Once no end is left to be found, none is searched for again. */
  #noEndFrom = Number.POSITIVE_INFINITY;

  constructor(text: string) {
    this.#text = text;
  }

  /** The block that begins at `at`, a place where a word or a fence begins. */
  beginningAt(at: number): Span | undefined {
    const text = this.#text;
    if (!text.startsWith("-----BEGIN ", at)) return undefined;
    const labelEnd = text.indexOf(fence, at + 11);
    if (labelEnd < 0 || labelEnd - at > 80) return undefined;
    const label = text.slice(at + 11, labelEnd);
    const end = this.#endOf(labelEnd + fence.length);
    const kind = label.includes("PRIVATE") ? "private-key" : "pem-block";
    return { start: at, end, kind, secret: text.slice(labelEnd + fence.length, end), rank: ranks.block };
  }

  #endOf(from: number): number {
    const text = this.#text;
    const foot = from >= this.#noEndFrom ? -1 : text.indexOf("-----END ", from);
    if (foot < 0) {
      this.#noEndFrom = Math.min(this.#noEndFrom, from);
      let end = from;
      for (; end < text.length; end++) {
        const code = text.charCodeAt(end);
        if (!isIn(code, padded) && !others.has(code)) break;
        if (code === 45 && text.startsWith("-----BEGIN ", end)) break;
      }
      return end;
    }
    const close = text.indexOf(fence, foot + 9);
    return close < 0 || close - foot > 80 ? foot + 9 : close + fence.length;
  }
}
