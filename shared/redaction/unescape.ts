/** A text with its escapes undone, and the way back to where each character came from. */
export interface PlainText {
  text: string;
  /** The span of the original that `start` to `end` of the plain text came from. */
  origin(start: number, end: number): { start: number; end: number };
}

/** However often a text was put into JSON, its backslashes come in one run before the character they escape. */
const escaped =
  /\\{1,16}(?:u([0-9A-Fa-f]{4})|x([0-9A-Fa-f]{2})|([nrtbf"'/]))|%(?:25)?([0-7][0-9A-Fa-f])|&#x?0{0,4}([0-9a-f]{2,3});/g;
const controls: Record<string, string> = { n: "\n", r: "\r", t: "\t", b: "\b", f: "\f" };

/** Undoes JSON, JavaScript, URL and numeric HTML escapes; undefined for a text that has none. */
export function unescapeText(original: string): PlainText | undefined {
  const places: number[] = [];
  const origins: number[] = [];
  const parts: string[] = [];
  let length = 0;
  let last = 0;
  escaped.lastIndex = 0;
  for (let match = escaped.exec(original); match; match = escaped.exec(original)) {
    const [whole, unicode, byte, single, percent, entity] = match;
    const code = unicode ?? byte ?? percent;
    const plain = code
      ? String.fromCharCode(Number.parseInt(code, 16))
      : single
        ? (controls[single] ?? single)
        : String.fromCharCode(Number.parseInt(entity ?? "20", whole[2] === "x" ? 16 : 10));
    parts.push(original.slice(last, match.index), plain);
    length += match.index - last;
    places.push(length, length + 1);
    origins.push(match.index, match.index + whole.length);
    length += 1;
    last = match.index + whole.length;
  }
  if (places.length === 0) return undefined;
  parts.push(original.slice(last));
  const toOrigin = (place: number) => {
    const i = lastAtMost(places, place);
    return i < 0 ? place : (origins[i] ?? 0) + place - (places[i] ?? 0);
  };
  return {
    text: parts.join(""),
    origin: (start, end) => ({ start: toOrigin(start), end: toOrigin(end) }),
  };
}

/** The last index whose place is not beyond; -1 where all are. */
function lastAtMost(places: readonly number[], place: number): number {
  let low = 0;
  let high = places.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle] ?? 0) <= place) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
