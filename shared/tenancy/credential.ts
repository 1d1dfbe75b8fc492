import { createHash, randomInt, timingSafeEqual } from "node:crypto";
import { crc32 } from "node:zlib";

/** API keys carry the environment they belong to; all that signs a person in uses the same form. */
export type CredentialKind =
  | "live"
  | "local"
  | "signin"
  | "session"
  /** Makes a session's next credential. */
  | "refresh"
  /** Binds a browser to the sign-in it began. */
  | "attempt"
  | "invite";

export interface Credential {
  kind: CredentialKind;
  /** Names the record; not secret. */
  id: string;
  /** SHA-256 of the whole text, hex: the only trace of the secret that is ever stored. */
  hash: string;
}

const alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
const idLength = 12;
/** 32 characters of 62 are 190 bits. */
const secretLength = 32;
const checksumLength = 6;
const form = new RegExp(
  `^so_(live|local|signin|session|refresh|attempt|invite)_([0-9A-Za-z]{${idLength}})_[0-9A-Za-z]{${secretLength + checksumLength}}$`,
);

/**
 * A new `so_<kind>_<id>_<secret><crc>`, for the record of that id where one is given. The text is to be shown
 * once and then forgotten.
 */
export function mintCredential(
  kind: CredentialKind,
  id: string = randomBase62(idLength),
): Credential & { text: string } {
  const body = `so_${kind}_${id}_${randomBase62(secretLength)}`;
  const text = body + checksum(body);
  return { kind, id, hash: hashOf(text), text };
}

/** Undefined unless form and checksum fit, so a mistyped key is told from an unknown one without a store. */
export function parseCredential(text: string): Credential | undefined {
  const [, kind, id] = form.exec(text) ?? [];
  if (!kind || !id) return undefined;
  if (text.slice(-checksumLength) !== checksum(text.slice(0, -checksumLength))) return undefined;
  return { kind: kind as CredentialKind, id, hash: hashOf(text) };
}

/** True for anything that was meant to be a credential of ours, mistyped or not. */
export function looksLikeCredential(text: string): boolean {
  return /^so_[a-z]+_[0-9A-Za-z]{4}/.test(text.trim());
}

/** Compares in constant time; without a stored hash it takes as long and says no. */
export function hashFits(given: string, stored: string | undefined): boolean {
  const equal = timingSafeEqual(Buffer.from(given, "hex"), Buffer.from(stored ?? given, "hex"));
  return equal && stored !== undefined;
}

function hashOf(text: string): string {
  return createHash("sha256").update(text).digest("hex");
}

function checksum(body: string): string {
  let rest = crc32(body);
  let text = "";
  for (let i = 0; i < checksumLength; i++) {
    text = alphabet.charAt(rest % alphabet.length) + text;
    rest = Math.floor(rest / alphabet.length);
  }
  return text;
}

function randomBase62(length: number): string {
  return Array.from({ length }, () => alphabet.charAt(randomInt(alphabet.length))).join("");
}
