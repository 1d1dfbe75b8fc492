import { crc32, deflateRawSync, inflateRawSync } from "node:zlib";
import { ByteReader, ByteWriter, malformed } from "./codec/byte-stream.ts";
import { readDistributions, writeDistributions } from "./codec/distribution-table.ts";
import { readNumbers, writeNumbers } from "./codec/number-column.ts";
import { packSeries, unpackSeries } from "./codec/series-memo.ts";
import { readStartTimes, readTimes, writeStartTimes, writeTimes } from "./codec/time-columns.ts";
import type { PointBatch } from "./points.ts";

/** The first byte; another layout takes another number. */
const version = 1;
/** No batch on the bus comes near; bytes that claim more are hostile or broken. */
const largestBytes = 32 * 1024 * 1024;
/** Series index, time, start time, value and flags take at least a byte each. */
const leastBytesPerPoint = 5;
/** Six costs a tenth of a millisecond more per thousand points than one, and saves 6 %. */
const level = 6;

/**
 * Packs points in columns (`points.v1`): a version byte, the length and CRC-32 of the columns, then the columns
 * deflated. Every double survives to the bit. `seriesId` is not carried, since it follows from the series:
 * the decoder makes it with makeSeriesId, so a batch must have used the same.
 */
export function encodePoints(batch: PointBatch): Uint8Array {
  const writer = new ByteWriter();
  const count = batch.values.length;
  const table = packSeries(batch.series);
  writer.varint(table.length);
  writer.bytes(table);
  writer.varint(count);
  let expected = 0;
  for (const index of batch.seriesIndex) {
    writer.zigzag(index - expected);
    expected = index + 1;
  }
  writeTimes(writer, batch.timesMs);
  writeStartTimes(writer, batch.startTimesMs);
  writeNumbers(writer, batch.values, { of: batch.seriesIndex, count: batch.series.length });
  writer.bytes(batch.flags);
  writeDistributions(writer, batch.distributions);
  const columns = writer.written();
  if (columns.length > largestBytes) {
    throw new RangeError(`${count} points take ${columns.length} bytes; split them below ${largestBytes}.`);
  }
  const head = Buffer.alloc(9);
  head.writeUInt8(version, 0);
  head.writeUInt32LE(columns.length, 1);
  head.writeUInt32LE(crc32(columns), 5);
  return Buffer.concat([head, deflateRawSync(columns, { level })]);
}

/**
 * The points that encodePoints packed. Throws a TypeError that says what is wrong with the bytes; hostile ones
 * cost no more time or memory than their announced length, which is capped.
 */
export function decodePoints(bytes: Uint8Array): PointBatch {
  const reader = new ByteReader(unpack(bytes));
  const series = unpackSeries(reader.bytes(reader.count()));
  const count = reader.varint();
  if (count * leastBytesPerPoint > reader.left) {
    throw malformed(`${count} points are announced with ${reader.left} bytes left`);
  }
  const seriesIndex = new Uint32Array(count);
  let expected = 0;
  for (let i = 0; i < count; i++) {
    const index = expected + reader.zigzag();
    if (!(index >= 0 && index < series.length)) throw malformed(`point ${i} is of series ${index}`);
    seriesIndex[i] = index;
    expected = index + 1;
  }
  const timesMs = readTimes(reader, count);
  const startTimesMs = readStartTimes(reader, count);
  const values = readNumbers(reader, count, { of: seriesIndex, count: series.length });
  const flags = Uint8Array.from(reader.bytes(count));
  const distributions = readDistributions(reader, count);
  if (reader.left > 0) throw malformed(`${reader.left} bytes are left over`);
  return { series, seriesIndex, timesMs, startTimesMs, values, flags, distributions };
}

function unpack(bytes: Uint8Array): Buffer {
  const packed = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (packed.length < 9) throw malformed(`${packed.length} bytes are too few`);
  if (packed[0] !== version) throw malformed(`they are of version ${packed[0]}, not ${version}`);
  const length = packed.readUInt32LE(1);
  if (length > largestBytes) throw malformed(`${length} bytes are announced; ${largestBytes} is the most`);
  const columns = inflate(packed.subarray(9), length);
  if (columns.length !== length) throw malformed(`${columns.length} bytes came out, not ${length}`);
  if (crc32(columns) !== packed.readUInt32LE(5)) throw malformed("the checksum does not fit");
  return columns;
}

function inflate(deflated: Buffer, length: number): Buffer {
  try {
    return inflateRawSync(deflated, { maxOutputLength: Math.max(length, 1) });
  } catch (error) {
    throw malformed((error as Error).message);
  }
}
