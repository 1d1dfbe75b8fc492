import { type ByteReader, type ByteWriter, malformed } from "./byte-stream.ts";

/**
 * A column of doubles, exact to the bit. One tag byte a number says how it is written: tags 0 to 9 as a whole
 * number over 10^tag, `kibi` as a multiple of 1,024, `raw` as its eight bytes. Whole numbers are varints,
 * as the difference to the number before of the same group; raw bytes lie plane by plane, so that equal signs
 * and exponents stand together for the compressor.
 */
const powers = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9] as const;
const kibi = 10;
const raw = 11;
/** Differences of two such numbers still fit a zigzag varint. */
const largestWhole = 2 ** 50;

/** Points of one series form a group: neighbours in it are alike. */
export interface Groups {
  of: Uint32Array;
  count: number;
}

export function writeNumbers(writer: ByteWriter, numbers: Float64Array, groups?: Groups): void {
  const tags = new Uint8Array(numbers.length);
  const wholes = new Float64Array(numbers.length);
  const rawAt: number[] = [];
  for (let i = 0; i < numbers.length; i++) {
    const number = numbers[i] ?? 0;
    const tag = tagOf(number);
    tags[i] = tag;
    if (tag === raw) rawAt.push(i);
    else wholes[i] = tag === kibi ? number / 1024 : Math.round(number * (powers[tag] ?? 1));
  }
  writer.bytes(tags);
  const before = new Predecessors(groups?.count ?? 0);
  for (let i = 0; i < numbers.length; i++) {
    const tag = tags[i] ?? 0;
    if (tag === raw) continue;
    const whole = wholes[i] ?? 0;
    writer.zigzag(groups ? whole - before.swap(groups.of[i] ?? 0, tag, whole) : whole);
  }
  writer.bytes(planesOf(numbers, rawAt));
}

export function readNumbers(reader: ByteReader, count: number, groups?: Groups): Float64Array {
  const tags = reader.bytes(count);
  const numbers = new Float64Array(count);
  const rawAt: number[] = [];
  const before = new Predecessors(groups?.count ?? 0);
  for (let i = 0; i < count; i++) {
    const tag = tags[i] ?? 0;
    if (tag > raw) throw malformed(`a number is marked ${tag}, above ${raw}`);
    if (tag === raw) {
      rawAt.push(i);
      continue;
    }
    let whole = reader.zigzag();
    if (groups) whole = before.add(groups.of[i] ?? 0, tag, whole);
    numbers[i] = tag === kibi ? whole * 1024 : whole / (powers[tag] ?? 1);
  }
  fillFromPlanes(numbers, rawAt, reader.bytes(rawAt.length * 8));
  return numbers;
}

function tagOf(number: number): number {
  if (Number.isInteger(number)) {
    if (Object.is(number, -0)) return raw;
    if (number % 1024 === 0 && number !== 0 && Math.abs(number) <= largestWhole * 1024) return kibi;
    return Math.abs(number) <= largestWhole ? 0 : raw;
  }
  const size = Math.abs(number);
  for (let tag = 1; tag < powers.length; tag++) {
    const power = powers[tag] ?? 1;
    if (!(size * power <= largestWhole)) return raw;
    const whole = Math.round(number * power);
    if (whole / power === number && whole !== 0) return tag;
  }
  return raw;
}

/** The last whole number of every group, and how it was written: only likes are subtracted. */
class Predecessors {
  readonly #tags: Uint8Array;
  readonly #wholes: Float64Array;

  constructor(groups: number) {
    this.#tags = new Uint8Array(groups);
    this.#wholes = new Float64Array(groups);
  }

  /** Remembers `whole` and returns what it is measured against. */
  swap(group: number, tag: number, whole: number): number {
    const base = this.#tags[group] === tag ? (this.#wholes[group] ?? 0) : 0;
    this.#tags[group] = tag;
    this.#wholes[group] = whole;
    return base;
  }

  add(group: number, tag: number, difference: number): number {
    const whole = difference + (this.#tags[group] === tag ? (this.#wholes[group] ?? 0) : 0);
    this.swap(group, tag, whole);
    return whole;
  }
}

function planesOf(numbers: Float64Array, at: readonly number[]): Uint8Array {
  const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  const planes = new Uint8Array(at.length * 8);
  for (let plane = 0; plane < 8; plane++) {
    for (let i = 0; i < at.length; i++) planes[plane * at.length + i] = bytes[(at[i] ?? 0) * 8 + plane] ?? 0;
  }
  return planes;
}

function fillFromPlanes(numbers: Float64Array, at: readonly number[], planes: Uint8Array): void {
  const bytes = new Uint8Array(numbers.buffer, numbers.byteOffset, numbers.byteLength);
  for (let plane = 0; plane < 8; plane++) {
    for (let i = 0; i < at.length; i++) bytes[(at[i] ?? 0) * 8 + plane] = planes[plane * at.length + i] ?? 0;
  }
}
