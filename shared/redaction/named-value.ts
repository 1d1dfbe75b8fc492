import { isIdentifier, isPlaceholder, isRandomLooking } from "./random-looking.ts";
import { senseOfKey } from "./sensitive-keys.ts";

/** Kinds that name a person, not a secret. */
export const personalKinds: ReadonlySet<string> = new Set(["phone", "personal-number"]);

/**
 * What the value is, given its name; undefined for one that may stay. A value without quotes may be a word of a
 * sentence or a setting, so less of it counts.
 */
export function kindOfValue(name: string, value: string, quoted: boolean): string | undefined {
  const sense = senseOfKey(name);
  if (sense === "none" || value === "" || isPlaceholder(value)) return undefined;
  switch (sense) {
    case "certain":
      if (!quoted && isSetting(value)) return undefined;
      return /pass|pwd/i.test(name) ? "password" : "secret";
    case "likely":
      return isRandomLooking(value) && !isUuid(value) ? "secret" : undefined;
    case "vague":
      return isRandomLooking(value) && !isIdentifier(value) ? "secret" : undefined;
    case "authorization":
      return value.length >= 6 && (quoted || isCredential(value)) ? "authorization" : undefined;
    case "cookies":
      return value.slice(0, 512).includes("=") ? "cookie" : undefined;
    case "phone":
      return /^[+(]?\d[\d ().-]{5,20}$/.test(value) ? "phone" : undefined;
    case "personal":
      return /^[A-Z]{0,2}\d[\dA-Z -]{2,40}$/.test(value) ? "personal-number" : undefined;
  }
}

/** `password=8` and `token: 30s` are settings about it; a secret of two characters protects nothing. */
const isSetting = (value: string) => value.length < 3 || /^\d{1,3}[a-z]{0,2}$/.test(value);

const isUuid = (value: string) => /^[0-9a-f]{8}-[0-9a-f]{4}-/i.test(value);

const isCredential = (value: string) => /\d|[A-Z].*[a-z]|[+/=]/.test(value.slice(0, 256));
