import { findSecrets, type Search } from "./find-secrets.ts";
import { markOf } from "./mark.ts";
import { mergeSpans, type Span } from "./span.ts";
import { unescapeText } from "./unescape.ts";

export interface RedactedText {
  text: string;
  /** How many were masked, by kind. */
  counts: Record<string, number>;
}

/** Whom the text is for. */
export const searches = {
  /** What telemetry brings into storage, and our own log. */
  storage: { personal: true, addresses: false },
  /** What leaves for a model. */
  model: { personal: true, addresses: true },
  /** What people write themselves and may want to be called or mailed by. */
  ownWords: { personal: false, addresses: false },
} as const satisfies Record<string, Search>;

/** Shorter texts hold no secret that could be told from a word. */
const leastLength = 6;
/** In a text without any of these no format, name, address or number can begin. */
const hint = /[0-9@=:>~('-]|[A-Za-z0-9+/_]{20}/;

/**
 * Masks secrets (keys and tokens of known forms, values whose names call them secret, credentials in URLs, PEM
 * blocks) and personal data (e-mail addresses, phone, card and account numbers), in plain text as well as inside
 * JSON strings, URL encoding, escapes, and base64 once. Deterministic per salt; a masked text stays as it is when
 * masked again; linear in the length.
 */
export function redactText(
  text: string,
  tenantSalt: string,
  search: Search = searches.storage,
): RedactedText {
  const spans = text.length < leastLength || !hint.test(text) ? [] : secretsIn(text, search);
  const counts: Record<string, number> = {};
  if (spans.length === 0) return { text, counts };
  const parts: string[] = [];
  let last = 0;
  for (const { start, end, kind, secret } of spans) {
    parts.push(text.slice(last, start), markOf(kind, secret, tenantSalt));
    counts[kind] = (counts[kind] ?? 0) + 1;
    last = end;
  }
  parts.push(text.slice(last));
  return { text: parts.join(""), counts };
}

function secretsIn(text: string, search: Search): Span[] {
  const found = findSecrets(text, search);
  const plain = unescapeText(text);
  if (!plain) return found;
  const spans = found.flatMap((span) => wholeEscapes(text, span));
  const unescaped = findSecrets(plain.text, search).map((span) => ({
    ...span,
    ...plain.origin(span.start, span.end),
  }));
  return mergeSpans([...unescaped, ...spans]);
}

/** The span without a part of an escape at either end: half of one would spoil the text around it. */
function wholeEscapes(text: string, span: Span): Span[] {
  let { start, end } = span;
  if (start > 0 && text[start - 1] === "\\") start += text[start] === "u" ? 5 : 1;
  while (end > start && text[end - 1] === "\\") end--;
  return end > start ? [{ ...span, start, end }] : [];
}
