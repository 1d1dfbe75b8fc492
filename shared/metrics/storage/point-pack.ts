import { ByteReader, ByteWriter, malformed } from "../codec/byte-stream.ts";
import { readDistributions, writeDistributions } from "../codec/distribution-table.ts";
import { readNumbers, writeNumbers } from "../codec/number-column.ts";
import { readStartTimes, readTimes, writeStartTimes, writeTimes } from "../codec/time-columns.ts";
import { isDistribution } from "../points.ts";
import type { PointTable } from "./point-table.ts";
import { denominatorOf, sharedDenominator } from "./ratio.ts";
import type { SeriesRef } from "./series-ref.ts";
import { readValues, wholesOf, writeValues } from "./value-column.ts";

const arrangements = { flat: 0, bySeries: 1 } as const;
/** Below this many points a series, columns across all series are shorter than one for each. */
const pointsForOwnColumn = 3;

/**
 * The points of a table without its refs, not yet compressed. Few points a series: columns across all of them.
 * Many: a column a series that can be skipped, over event times that most series of a sender share.
 */
export function writePoints(writer: ByteWriter, table: PointTable): void {
  const flat = table.values.length < table.refs.length * pointsForOwnColumn;
  writer.byte(flat ? arrangements.flat : arrangements.bySeries);
  for (let i = 0; i < table.refs.length; i++) {
    writer.varint((table.offsets[i + 1] ?? 0) - (table.offsets[i] ?? 0));
  }
  if (flat) {
    writeTimes(writer, table.timesMs);
    writeNumbers(writer, table.values);
  } else writeBySeries(writer, table);
  writeStartTimes(writer, table.startTimesMs);
  writeDistributions(writer, table.distributions);
}

/** Series that are not chosen come back with whatever points; where that spares work their bytes are not looked at. */
export function readPoints(reader: ByteReader, refs: SeriesRef[], chosen: Uint8Array): PointTable {
  const arrangement = reader.byte();
  const offsets = new Uint32Array(refs.length + 1);
  for (let i = 0; i < refs.length; i++) offsets[i + 1] = (offsets[i] ?? 0) + reader.varint();
  const total = offsets[refs.length] ?? 0;
  let timesMs: Float64Array = new Float64Array(0);
  let values: Float64Array = new Float64Array(0);
  if (arrangement === arrangements.flat) {
    timesMs = readTimes(reader, total);
    values = readNumbers(reader, total);
  } else if (arrangement === arrangements.bySeries) {
    ({ timesMs, values } = readBySeries(reader, refs, offsets, chosen));
  } else throw malformed(`the points are arranged as ${arrangement}`);
  const startTimesMs = readStartTimes(reader, total);
  const mayHold = refs.some((ref, i) => chosen[i] === 1 && isDistribution(ref));
  const distributions = mayHold ? readDistributions(reader, total) : new Map();
  return { refs, offsets, timesMs, startTimesMs, values, distributions };
}

/** How many points of the chosen series there are, told without decoding any. */
export function countPoints(reader: ByteReader, chosen: Uint8Array): number {
  reader.byte();
  let count = 0;
  for (const one of chosen) count += one * reader.varint();
  return count;
}

function writeBySeries(writer: ByteWriter, table: PointTable): void {
  const columns = new Map<string, { index: number; timesMs: Float64Array; denominators: Float64Array }>();
  const columnOf = table.refs.map((_, i) => {
    const timesMs = table.timesMs.subarray(table.offsets[i], table.offsets[i + 1]);
    const key = Buffer.from(timesMs.buffer, timesMs.byteOffset, timesMs.byteLength).toString("latin1");
    const column = columns.get(key) ?? {
      index: columns.size,
      timesMs,
      denominators: new Float64Array(timesMs.length),
    };
    columns.set(key, column);
    const values = table.values.subarray(table.offsets[i], table.offsets[i + 1]);
    shareDenominators(values, column.denominators);
    return column;
  });
  writer.varint(columns.size);
  for (const { timesMs, denominators } of columns.values()) {
    writer.varint(timesMs.length);
    writeValues(writer, timesMs);
    const shared = denominators.some((denominator) => denominator > 0);
    writer.byte(shared ? 1 : 0);
    if (shared) writeValues(writer, denominators);
  }
  for (const column of columnOf) writer.varint(column.index);
  const all = new ByteWriter();
  let before = 0;
  columnOf.forEach((column, i) => {
    writeValues(all, table.values.subarray(table.offsets[i], table.offsets[i + 1]), column.denominators);
    const after = all.written().length;
    writer.varint(after - before);
    before = after;
  });
  writer.bytes(all.written());
}

function readBySeries(
  reader: ByteReader,
  refs: SeriesRef[],
  offsets: Uint32Array,
  chosen: Uint8Array,
): Pick<PointTable, "timesMs" | "values"> {
  const columns = Array.from({ length: reader.count() }, () => {
    const count = reader.varint();
    const timesMs = readValues(reader, count);
    return { timesMs, denominators: reader.byte() === 1 ? readValues(reader, count) : undefined };
  });
  const columnOf = refs.map(() => columns[reader.varint()]);
  const lengths = refs.map(() => reader.varint());
  const timesMs = new Float64Array(offsets[refs.length] ?? 0);
  const values = new Float64Array(timesMs.length);
  refs.forEach((_, i) => {
    const bytes = reader.bytes(lengths[i] ?? 0);
    const column = columnOf[i];
    const from = offsets[i] ?? 0;
    if (!column || from + column.timesMs.length !== offsets[i + 1]) {
      throw malformed(`the event times of series ${i} do not fit its points`);
    }
    if (chosen[i] !== 1) return;
    timesMs.set(column.timesMs, from);
    values.set(readValues(new ByteReader(bytes), column.timesMs.length, column.denominators), from);
  });
  return { timesMs, values };
}

/** Widens the shared denominators so that these values fit too, or leaves them as they were. */
function shareDenominators(values: Float64Array, shared: Float64Array): void {
  if (wholesOf(values)) return;
  const widened = shared.slice();
  for (let i = 0; i < values.length; i++) {
    const own = denominatorOf(values[i] ?? 0);
    widened[i] = sharedDenominator(own, widened[i] || own);
    if (widened[i] === 0) return;
  }
  shared.set(widened);
}
