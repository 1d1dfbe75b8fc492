import type { Distribution } from "../points.ts";
import { type ByteReader, type ByteWriter, malformed } from "./byte-stream.ts";
import { readNumbers, writeNumbers } from "./number-column.ts";

const kinds = ["explicit", "exponential", "summary"] as const;
const hasSum = 4;
const hasMin = 8;
const hasMax = 16;

/**
 * The distributions of a batch: which points have one, a head byte each (kind, and which of sum, min and max
 * are there), the lengths of their lists, and every number of all of them in one column. Histograms with equal
 * bounds share them.
 */
export function writeDistributions(writer: ByteWriter, distributions: Map<number, Distribution>): void {
  const bounds = new BoundsTable();
  const heads: number[] = [];
  const lengths: number[] = [];
  const numbers: number[] = [];
  writer.varint(distributions.size);
  let before = -1;
  for (const at of [...distributions.keys()].sort((a, b) => a - b)) {
    writer.varint(at - before - 1);
    before = at;
    const one = distributions.get(at);
    if (one) gather(one, bounds, heads, lengths, numbers);
  }
  writer.bytes(Uint8Array.from(heads));
  writer.varint(bounds.lists.length);
  for (const list of bounds.lists) writer.varint(list.length);
  writer.varint(lengths.length);
  for (const length of lengths) writer.varint(length);
  const all = [...bounds.lists.flat(), ...numbers];
  writer.varint(all.length);
  writeNumbers(writer, Float64Array.from(all));
}

export function readDistributions(reader: ByteReader, pointCount: number): Map<number, Distribution> {
  const count = reader.count();
  const at: number[] = [];
  let before = -1;
  for (let i = 0; i < count; i++) {
    before += reader.varint() + 1;
    if (before >= pointCount) throw malformed(`a distribution is for point ${before} of ${pointCount}`);
    at.push(before);
  }
  const heads = reader.bytes(count);
  const boundsLengths = Array.from({ length: reader.count() }, () => reader.varint());
  const lengths = new Taker(Float64Array.from({ length: reader.count() }, () => reader.varint()));
  const numbers = new Taker(readNumbers(reader, reader.count()));
  const bounds = boundsLengths.map((length) => numbers.list(length));
  return new Map(at.map((point, i) => [point, restore(heads[i] ?? 0, bounds, lengths, numbers)]));
}

function gather(
  one: Distribution,
  bounds: BoundsTable,
  heads: number[],
  lengths: number[],
  numbers: number[],
): void {
  let head: number = kinds.indexOf(one.kind);
  numbers.push(one.count);
  if (one.kind === "summary") {
    numbers.push(one.sum);
    lengths.push(one.quantiles.length);
    for (const { quantile, value } of one.quantiles) numbers.push(quantile, value);
    heads.push(head);
    return;
  }
  if (one.sum !== null) {
    head |= hasSum;
    numbers.push(one.sum);
  }
  if (one.min !== null) {
    head |= hasMin;
    numbers.push(one.min);
  }
  if (one.max !== null) {
    head |= hasMax;
    numbers.push(one.max);
  }
  heads.push(head);
  if (one.kind === "explicit") {
    lengths.push(bounds.index(one.bounds), one.counts.length);
    for (const bucket of one.counts) numbers.push(bucket);
    return;
  }
  numbers.push(one.scale, one.zeroCount);
  for (const side of [one.positive, one.negative]) {
    lengths.push(side.counts.length);
    numbers.push(side.offset);
    for (const bucket of side.counts) numbers.push(bucket);
  }
}

function restore(head: number, bounds: readonly number[][], lengths: Taker, numbers: Taker): Distribution {
  const kind = kinds[head & 3];
  const count = numbers.one();
  if (kind === "summary") {
    const sum = numbers.one();
    const pairs = numbers.list(lengths.one() * 2);
    const quantiles = Array.from({ length: pairs.length / 2 }, (_, i) => ({
      quantile: pairs[2 * i] ?? 0,
      value: pairs[2 * i + 1] ?? 0,
    }));
    return { kind, count, sum, quantiles };
  }
  const sum = head & hasSum ? numbers.one() : null;
  const min = head & hasMin ? numbers.one() : null;
  const max = head & hasMax ? numbers.one() : null;
  if (kind === "explicit") {
    const shared = bounds[lengths.one()];
    if (!shared) throw malformed("a histogram names bounds that are not there");
    return { kind, count, sum, min, max, bounds: shared, counts: numbers.list(lengths.one()) };
  }
  if (kind !== "exponential") throw malformed(`a distribution is of kind ${head & 3}`);
  const scale = numbers.one();
  const zeroCount = numbers.one();
  const side = () => ({ offset: numbers.one(), counts: numbers.list(lengths.one()) });
  return { kind, count, sum, min, max, scale, zeroCount, positive: side(), negative: side() };
}

/** Hands out a column from the front, never past its end. */
class Taker {
  readonly #numbers: Float64Array;
  #at = 0;

  constructor(numbers: Float64Array) {
    this.#numbers = numbers;
  }

  one(): number {
    const number = this.#numbers[this.#at++];
    if (number === undefined) throw malformed("a distribution lacks numbers");
    return number;
  }

  list(length: number): number[] {
    if (length > this.#numbers.length - this.#at) throw malformed("a distribution lacks numbers");
    this.#at += length;
    return Array.from(this.#numbers.subarray(this.#at - length, this.#at));
  }
}

/** Bounds once each, told apart by every bit that matters. */
class BoundsTable {
  readonly lists: number[][] = [];
  readonly #indexes = new Map<string, number>();

  index(bounds: number[]): number {
    const key = bounds.map((bound) => (Object.is(bound, -0) ? "-0" : bound)).join();
    const known = this.#indexes.get(key);
    if (known !== undefined) return known;
    const index = this.lists.push(bounds) - 1;
    this.#indexes.set(key, index);
    return index;
  }
}
