import protobuf from "protobufjs/minimal.js";

/** The tag of a protobuf field: its number and how it is written. */
export const varintTag = (field: number) => field << 3;
export const fixed64Tag = (field: number) => (field << 3) | 1;
export const lengthTag = (field: number) => (field << 3) | 2;

export type Reader = protobuf.Reader;

export function readerOf(bytes: Buffer): Reader {
  return protobuf.Reader.create(bytes);
}

/** Reads a length and returns where the message behind it ends. */
export function enter(reader: Reader): number {
  return reader.size() + reader.pos;
}

/** The message must end exactly where its length said; a field may not reach past it. */
export function leave(reader: Reader, end: number): void {
  if (reader.pos !== end)
    throw new RangeError(`a message ends at byte ${end}, its last field at ${reader.pos}`);
}

export function skip(reader: Reader, tag: number): void {
  reader.skipType(tag & 7, undefined, tag >>> 3);
}

/** A 64-bit integer as the nearest double. */
export function fixed64(reader: Reader): number {
  const low = reader.fixed32();
  return reader.fixed32() * 4_294_967_296 + low;
}

export function sfixed64(reader: Reader): number {
  const low = reader.fixed32();
  return reader.sfixed32() * 4_294_967_296 + low;
}

export function uint64(reader: Reader): number {
  const { low, high } = reader.uint64();
  return (high >>> 0) * 4_294_967_296 + (low >>> 0);
}

/** A point in time in ms, from ns since the epoch. */
export function timeMs(reader: Reader): number {
  return nanosToMs(fixed64(reader));
}

/** Nanoseconds beyond 2^53 are told to 256 ns, so the nearest millisecond is the one that was meant. */
export function nanosToMs(nanos: number): number {
  return Math.round(nanos / 1e6);
}
