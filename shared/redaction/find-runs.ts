import { alnum, base64, digits, isIn, lower, runEnd, upper } from "./alphabet.ts";
import { ranks, type Span } from "./span.ts";

/** Shorter runs of letters and digits hold no secret that they alone would tell. */
export const leastRun = 20;

/** Only a run of such a length is compared with the form. */
const shapes: readonly [kind: string, least: number, most: number, shape: RegExp][] = [
  ["mailchimp-key", 36, 37, /^[0-9a-f]{32}-us\d{1,2}$/],
  ["mailgun-key", 50, 50, /^[0-9a-f]{32}-[0-9a-f]{8}-[0-9a-f]{8}$/],
  ["newrelic-key", 40, 40, /^(?:[0-9a-f]{36}|[a-z]{2}\d{2}xx[0-9a-f]{30})NRAL$/],
  ["azure-devops-token", 84, 84, /^[A-Za-z0-9]{76}AZDO[A-Za-z0-9]{4}$/],
  ["azure-key", 84, 88, /^[A-Za-z0-9+/]{76}(?:\+ASt|AIoT|\+AMC|\+AEh|ACDb)[A-Za-z0-9+/]{5,8}$/],
  ["azure-key", 52, 52, /^[A-Za-z0-9]{42}AzSe[A-Za-z0-9]{6}$/],
];

/**
 * What a long run of base64 characters is by its own form. AWS secret keys have none but their length and
 * randomness: forty characters, of every kind, that change kind more often than words do.
 */
export function tokenOfRun(text: string, start: number, end: number): Span | undefined {
  const length = end - start;
  if (length === 40 && isRandom40(text, start, end)) return runSpan(text, start, end, "aws-secret");
  for (const [kind, least, most, shape] of shapes) {
    if (length >= least && length <= most && shape.test(text.slice(start, end))) {
      return runSpan(text, start, end, kind);
    }
  }
  return undefined;
}

function isRandom40(text: string, start: number, end: number): boolean {
  if (runEnd(text, start, base64, end) < end || text[end] === "=") return false;
  const kinds = new Set<number>();
  let changes = 0;
  let before = 0;
  for (let i = start; i < end; i++) {
    const code = text.charCodeAt(i);
    const kind = isIn(code, digits) ? 1 : isIn(code, upper) ? 2 : isIn(code, lower) ? 3 : 4;
    if (kind !== before) changes++;
    before = kind;
    if (isIn(code, alnum)) kinds.add(kind);
  }
  return kinds.size === 3 && changes >= 16;
}

function runSpan(text: string, start: number, end: number, kind: string): Span {
  return { start, end, kind, secret: text.slice(start, end), rank: ranks.token };
}
