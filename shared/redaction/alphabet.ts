/** Which characters a run may consist of: one bit a group, looked up by character code. */
export const digits = 1;
export const upper = 2;
export const lower = 4;
const underscore = 8;
const dash = 16;
const plusSlash = 32;
const dot = 64;
const equals = 128;
export const lowerHex = 256;
const upperHex = 512;

export const alnum = digits | upper | lower;
export const upperAlnum = digits | upper;
export const lowerAlnum = digits | lower;
export const word = alnum | underscore;
export const hex = lowerHex | upperHex;
export const base64 = alnum | plusSlash;
export const base64Url = word | dash;
export const anyBase64 = base64Url | plusSlash;
export const token = base64Url | dot;
export const padded = token | plusSlash | equals;

const groups = new Uint16Array(128);
const grant = (characters: string, bits: number) => {
  for (const character of characters) {
    const code = character.charCodeAt(0);
    groups[code] = (groups[code] ?? 0) | bits;
  }
};
grant("0123456789", digits | lowerHex | upperHex);
grant("ABCDEFGHIJKLMNOPQRSTUVWXYZ", upper);
grant("abcdefghijklmnopqrstuvwxyz", lower);
grant("abcdef", lowerHex);
grant("ABCDEF", upperHex);
grant("_", underscore);
grant("-", dash);
grant("+/", plusSlash);
grant(".", dot);
grant("=", equals);

/** True where the character code belongs to one of the groups. */
export function isIn(code: number, group: number): boolean {
  return code < 128 && ((groups[code] ?? 0) & group) !== 0;
}

/** Where the run of such characters that begins at `start` ends. */
export function runEnd(text: string, start: number, group: number, limit = text.length): number {
  let end = start;
  while (end < limit && isIn(text.charCodeAt(end), group)) end++;
  return end;
}
