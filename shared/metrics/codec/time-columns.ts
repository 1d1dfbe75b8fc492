import type { ByteReader, ByteWriter } from "./byte-stream.ts";

/** Columns that are not whole milliseconds within this are written as they are. */
const largestTimeMs = 2 ** 50;
const plain = 0;
const packed = 1;

/** Event times: differences of differences, so a steady beat is a row of zeros. */
export function writeTimes(writer: ByteWriter, timesMs: Float64Array): void {
  if (writePlain(writer, timesMs)) return;
  let before = 0;
  let difference = 0;
  for (const timeMs of timesMs) {
    writer.zigzag(timeMs - before - difference);
    difference = timeMs - before;
    before = timeMs;
  }
}

export function readTimes(reader: ByteReader, count: number): Float64Array {
  const timesMs = new Float64Array(count);
  if (readPlain(reader, timesMs)) return timesMs;
  let before = 0;
  let difference = 0;
  for (let i = 0; i < count; i++) {
    difference += reader.zigzag();
    before += difference;
    timesMs[i] = before;
  }
  return timesMs;
}

/** How a start time is told: unknown, the same as the last known one, or the difference to it, plus this. */
const unknown = 0;
const same = 1;
const differs = 2;

/** Start times: whole services share one. */
export function writeStartTimes(writer: ByteWriter, startTimesMs: Float64Array): void {
  if (writePlain(writer, startTimesMs)) return;
  let before = 0;
  for (const startMs of startTimesMs) {
    if (startMs === 0) writer.byte(unknown);
    else if (startMs === before) writer.byte(same);
    else {
      const difference = startMs - before;
      writer.varint(differs + (difference < 0 ? -2 * difference - 1 : 2 * difference));
      before = startMs;
    }
  }
}

export function readStartTimes(reader: ByteReader, count: number): Float64Array {
  const startTimesMs = new Float64Array(count);
  if (readPlain(reader, startTimesMs)) return startTimesMs;
  let before = 0;
  for (let i = 0; i < count; i++) {
    const told = reader.varint();
    if (told === unknown) continue;
    if (told >= differs) {
      const zigzag = told - differs;
      before += zigzag % 2 === 0 ? zigzag / 2 : -(zigzag + 1) / 2;
    }
    startTimesMs[i] = before;
  }
  return startTimesMs;
}

function writePlain(writer: ByteWriter, column: Float64Array): boolean {
  const whole = column.every(
    (ms) => Number.isInteger(ms) && Math.abs(ms) <= largestTimeMs && !Object.is(ms, -0),
  );
  writer.byte(whole ? packed : plain);
  if (!whole) writer.bytes(new Uint8Array(column.buffer, column.byteOffset, column.byteLength));
  return !whole;
}

function readPlain(reader: ByteReader, column: Float64Array): boolean {
  if (reader.byte() === packed) return false;
  new Uint8Array(column.buffer).set(reader.bytes(column.byteLength));
  return true;
}
