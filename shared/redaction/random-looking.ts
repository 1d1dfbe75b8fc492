import { markEnd } from "./mark.ts";

const placeholder =
  /^(?:null|none|nil|undefined|nan|true|false|yes|no|on|off|empty|unset|missing|required|optional|invalid|incorrect|expired|wrong|rejected|redacted|masked|hidden|removed|filtered|changed|reset|n\/a|string|\*+|x{3,}|\.{2,}|-+|\$\{.*|\$\(.*|\$[A-Za-z_]+|%[A-Z_]+%|\{\{.*|\{|\[|\(|<.*|%[sdvq]|&.*|\[(?:filtered|hidden|masked|redacted|secret|removed)\]?)$/i;

/** What stands where a secret would, and is none: a variable, a mask, a word about it. */
export function isPlaceholder(value: string): boolean {
  return markEnd(value, 0) > 0 || placeholder.test(value);
}

/**
 * An identifier that must stay readable, since people find their way by it: UUIDs, digests, ULIDs and ARNs are of
 * hexadecimal digits or of one case, or short; what issuers call a key of theirs is none of that.
 */
export function isIdentifier(value: string): boolean {
  const mixed = /[a-z]/.test(value) && /[A-Z]/.test(value);
  return (
    value.length < 16 || value.startsWith("arn:") || !(mixed || /^[0-9a-z]{24,}$/.test(value)) || isHex(value)
  );
}

const isHex = (value: string) => /^(?:[a-z0-9]+:)?[0-9a-f-]+$/i.test(value);

/**
 * Letters and digits mixed inside one part, as no words, versions, dates, paths or numbers with units have it.
 * Looks at the first 256 characters.
 */
export function isRandomLooking(value: string): boolean {
  const shown = value.length > 256 ? value.slice(0, 256) : value;
  if (
    shown.length < 8 ||
    /^(?:arn:|https?:|\.{0,2}\/[a-z]{2,}(?:[-_./]|$)|[A-Za-z]:\\)/.test(shown) ||
    /^[\d.,:+-]+[a-z%]{0,3}$/i.test(shown)
  ) {
    return false;
  }
  return shown.split(/[-_./:~+=, ]+/).some(isMixed) || (shown.length >= 16 && hasMixedCase(shown));
}

function isMixed(part: string): boolean {
  if (part.length < 5 || !/\d/.test(part) || !/[A-Za-z]/.test(part)) return false;
  // "node12", "v2beta1" and "2024q3" are names; a secret goes back and forth, or is long.
  const changes = part.match(/\d+|[A-Z]+|[a-z]+/g)?.length ?? 0;
  return changes >= 4 || (part.length >= 7 && changes >= 2 && !/^[a-z]{1,4}\d{1,4}$/i.test(part));
}

function hasMixedCase(value: string): boolean {
  const changes = value.match(/[A-Z]+|[a-z]+|\d+/g)?.length ?? 0;
  return /[a-z]/.test(value) && /[A-Z]/.test(value) && changes >= value.length / 3;
}
