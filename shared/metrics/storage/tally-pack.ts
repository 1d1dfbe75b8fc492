import { ByteReader, ByteWriter, malformed } from "../codec/byte-stream.ts";
import { readDistributions, writeDistributions } from "../codec/distribution-table.ts";
import type { Distribution } from "../points.ts";
import { addDistribution, emptyTally, type Tally } from "../tally.ts";
import { compress, decompress } from "./compression.ts";
import { readValues, writeValues } from "./value-column.ts";

/** The first byte; another layout of the bytes takes another number. */
const version = 1;

/** One series' tallies in time order, each of a bucket of the same width. */
export interface TallyColumn {
  startsMs: number[];
  tallies: Tally[];
}

const columns = {
  count: (tally: Tally) => tally.count,
  sum: (tally: Tally) => tally.sum,
  min: (tally: Tally) => tally.min,
  max: (tally: Tally) => tally.max,
  last: (tally: Tally) => (tally.lastSeries > 0 ? tally.lastSum : Number.NaN),
  increase: (tally: Tally) => tally.increase,
};

/** Tallies of one series with their starts told from `baseMs`, column by column, compressed. */
export function packTallies({ startsMs, tallies }: TallyColumn, baseMs: number): Buffer {
  const writer = new ByteWriter();
  writer.varint(tallies.length);
  writeValues(
    writer,
    Float64Array.from(startsMs, (ms) => ms - baseMs),
  );
  for (const pick of Object.values(columns)) writeValues(writer, Float64Array.from(tallies, pick));
  const distributions = new Map<number, Distribution>();
  tallies.forEach(({ explicit, exponential, summary }, i) => {
    const one = explicit ?? exponential ?? summary;
    if (one) distributions.set(i, one);
  });
  writeDistributions(writer, distributions);
  return Buffer.concat([Buffer.of(version), compress(writer.written(), "thorough")]);
}

export function unpackTallies(packed: Uint8Array, baseMs: number): TallyColumn {
  if (packed[0] !== version) throw malformed(`the roll-up is of version ${packed[0]}, not ${version}`);
  const reader = new ByteReader(decompress(packed.subarray(1)));
  const length = reader.varint();
  const startsMs = Array.from(readValues(reader, length), (ms) => ms + baseMs);
  const next = () => readValues(reader, length);
  const [count, sum, min, max, last, increase] = [next(), next(), next(), next(), next(), next()];
  const distributions = readDistributions(reader, length);
  const tallies = startsMs.map((_, i) => {
    const tally = emptyTally();
    tally.count = count[i] ?? 0;
    tally.sum = sum[i] ?? 0;
    tally.min = min[i] ?? 0;
    tally.max = max[i] ?? 0;
    tally.increase = increase[i] ?? 0;
    const newest = last[i] ?? Number.NaN;
    if (!Number.isNaN(newest)) {
      tally.lastSum = newest;
      tally.lastSeries = 1;
    }
    const one = distributions.get(i);
    if (one) addDistribution(tally, one);
    return tally;
  });
  return { startsMs, tallies };
}
