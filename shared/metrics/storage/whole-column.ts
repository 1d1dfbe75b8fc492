import type { ByteReader, ByteWriter } from "../codec/byte-stream.ts";
import { commonDivisor } from "./ratio.ts";

/** Differences of two such numbers still fit a zigzag varint. */
const largestWhole = 2 ** 50;
const largestWritten = 2 ** 51;
const mirroredBit = 4;

/** How whole numbers are told: differences taken so many times, each less `base`. */
interface Telling {
  passes: number;
  base: number;
  numbers: Float64Array;
}

/** Whether the number, and its difference to another such, fits a varint; the sign of 0 does not. */
export function isWritable(whole: number): boolean {
  return Math.abs(whole) <= largestWhole && !Object.is(whole, -0);
}

/**
 * Whole numbers as themselves, their differences or the differences of those, less their median and over their
 * common divisor, whichever comes out shortest. The first difference is told as positive: two series that mirror
 * each other, as used and free do, then read the same and the compressor needs only one of them.
 */
export function writeWholes(writer: ByteWriter, wholes: Float64Array): void {
  const { passes, base, numbers } = shortest(wholes);
  let divisor = 0;
  let first = 0;
  for (let i = passes; i < numbers.length; i++) {
    const number = numbers[i] ?? 0;
    divisor = commonDivisor(divisor, number);
    first ||= number;
  }
  const unit = (divisor || 1) * (first < 0 ? -1 : 1);
  writer.byte(passes + (unit < 0 ? mirroredBit : 0));
  writer.zigzag(base);
  writer.varint(Math.abs(unit));
  for (let i = 0; i < numbers.length; i++) {
    const number = numbers[i] ?? 0;
    writer.zigzag(i < passes ? number : number / unit);
  }
}

export function readWholes(reader: ByteReader, count: number): Float64Array {
  const head = reader.byte();
  const passes = head & 3;
  const base = reader.zigzag();
  const unit = reader.varint() * (head & mirroredBit ? -1 : 1);
  const wholes = new Float64Array(count);
  for (let i = 0; i < count; i++) {
    const number = reader.zigzag();
    wholes[i] = i < passes ? number : number * unit + base;
  }
  for (let pass = passes; pass > 0; pass--) {
    for (let i = pass; i < count; i++) wholes[i] = (wholes[i] ?? 0) + (wholes[i - 1] ?? 0);
  }
  return wholes;
}

function shortest(wholes: Float64Array): Telling {
  const once = differences(wholes, 0);
  const plain = { passes: 0, base: 0, numbers: wholes };
  const tellings = [
    plain,
    centred(plain),
    { passes: 1, base: 0, numbers: once },
    centred({ passes: 1, base: 0, numbers: once }),
    { passes: 2, base: 0, numbers: differences(once, 1) },
  ];
  let best = plain;
  let least = Number.POSITIVE_INFINITY;
  for (const telling of tellings) {
    const bytes = writtenBytes(telling.numbers);
    if (bytes < least) {
      least = bytes;
      best = telling;
    }
  }
  return best;
}

function differences(wholes: Float64Array, from: number): Float64Array {
  return wholes.map((whole, i) => (i > from ? whole - (wholes[i - 1] ?? 0) : whole));
}

/** The same, less its median. */
function centred({ passes, numbers }: Telling): Telling {
  const base = numbers.slice(passes).sort()[(numbers.length - passes) >> 1] ?? 0;
  return { passes, base, numbers: numbers.map((number, i) => (i < passes ? number : number - base)) };
}

/** About how many bytes the numbers take once they are compressed. */
function writtenBytes(numbers: Float64Array): number {
  let bytes = 0;
  for (const number of numbers) {
    const size = Math.abs(number);
    if (size > largestWritten) return Number.POSITIVE_INFINITY;
    bytes += size === 0 ? 0.3 : 0.5 + Math.log2(2 * size + 1) / 7;
  }
  return bytes;
}
