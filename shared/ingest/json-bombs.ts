import { Invalid } from "../platform/errors.ts";
import { limits } from "./limits.ts";

const quote = 0x22;
const backslash = 0x5c;
const comma = 0x2c;
const openArray = 0x5b;
const openObject = 0x7b;
const closeArray = 0x5d;
const closeObject = 0x7d;
/** No body has so many commas. */
const unlimited = -(2 ** 31);

/**
 * One pass over a JSON body before anything parses it: nesting that recursive readers would drown in, and
 * objects whose hundred thousands of keys take a parser seconds, are Invalid (400).
 */
export function refuseBombs(bytes: Uint8Array): void {
  /** Commas of what is open at each depth; arrays may be as long as they like, and so may lines. */
  const members = new Int32Array(limits.jsonDepth + 1);
  members[0] = unlimited;
  let depth = 0;
  let inText = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (inText) {
      if (byte === backslash) i++;
      else if (byte === quote) inText = false;
    } else if (byte === quote) inText = true;
    else if (byte === comma) {
      members[depth] = (members[depth] ?? 0) + 1;
      if ((members[depth] ?? 0) >= limits.jsonMembers) throw tooManyMembers(i);
    } else if (byte === openArray || byte === openObject) {
      if (++depth > limits.jsonDepth) throw tooDeep(i);
      members[depth] = byte === openObject ? 0 : unlimited;
    } else if ((byte === closeArray || byte === closeObject) && depth > 0) depth--;
  }
}

function tooManyMembers(at: number): Invalid {
  return new Invalid(`The object around byte ${at} has more than ${limits.jsonMembers} members.`);
}

function tooDeep(at: number): Invalid {
  return new Invalid(`The body is nested deeper than ${limits.jsonDepth} levels at byte ${at}.`);
}
