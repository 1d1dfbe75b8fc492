import type { Labels } from "../../../events/alerts.ts";
import type { Series } from "../points.ts";
import { MetricType } from "../schemas.ts";
import { makeSeriesId } from "../series-id.ts";
import { type ByteReader, type ByteWriter, malformed } from "./byte-stream.ts";

const types = MetricType.options;
const temporalities = [null, "delta", "cumulative"] as const;
const monotonicBit = 32;

/** Series with the same label keys; column i holds, series by series, which value key i has. */
interface Shape {
  keys: number[];
  columns: number[][];
}

/**
 * The series of a batch. Names and units are one dictionary; every label key has a dictionary of its own
 * values; series with the same keys share a shape. Ids are not carried: they follow from the rest.
 */
export function writeSeries(writer: ByteWriter, series: readonly Series[]): void {
  const names = new Dictionary();
  const keys = new Dictionary();
  const valuesOf: Dictionary[] = [];
  const shapeIndex = new Dictionary();
  const shapes: Shape[] = [];
  const heads: [number[], number[], number[], number[]] = [[], [], [], []];
  for (const one of series) {
    const labelKeys = Object.keys(one.labels).sort();
    const keyIndexes = labelKeys.map((key) => keys.index(key));
    const at = shapeIndex.index(keyIndexes.join());
    shapes[at] ??= { keys: keyIndexes, columns: keyIndexes.map(() => []) };
    labelKeys.forEach((key, i) => {
      const keyIndex = keyIndexes[i] ?? 0;
      valuesOf[keyIndex] ??= new Dictionary();
      shapes[at]?.columns[i]?.push(valuesOf[keyIndex].index(one.labels[key] ?? ""));
    });
    heads[0].push(names.index(one.name));
    heads[1].push(one.unit === null ? 0 : names.index(one.unit) + 1);
    heads[2].push(kindOf(one));
    heads[3].push(at);
  }
  writer.texts(names.texts);
  writer.texts(keys.texts);
  for (const values of valuesOf) writer.texts(values.texts);
  writer.varint(shapes.length);
  for (const shape of shapes) writeIndexes(writer, [shape.keys.length, ...shape.keys]);
  writer.varint(series.length);
  for (const column of heads) writeIndexes(writer, column);
  for (const shape of shapes) for (const column of shape.columns) writeIndexes(writer, column);
}

export function readSeries(reader: ByteReader): Series[] {
  const names = reader.texts();
  const keys = reader.texts();
  const valuesOf = keys.map(() => reader.texts());
  const shapeKeys = Array.from({ length: reader.count() }, () => readIndexes(reader, reader.count()));
  const count = reader.count();
  const nameOf = readIndexes(reader, count);
  const unitOf = readIndexes(reader, count);
  const kinds = readIndexes(reader, count);
  const shapeOf = readIndexes(reader, count);
  const sizes = shapeKeys.map(() => 0);
  for (const at of shapeOf) sizes[at] = entry(sizes, at) + 1;
  const shapes = shapeKeys.map((shape, at) => ({
    keys: shape.map((key) => entry(keys, key)),
    columns: shape.map((key) => ({
      values: entry(valuesOf, key),
      indexes: readIndexes(reader, entry(sizes, at)),
    })),
    next: 0,
  }));
  const series = kinds.map((kind, i) => {
    const shape = entry(shapes, entry(shapeOf, i));
    const row = shape.next++;
    const labels: Labels = {};
    shape.keys.forEach((key, k) => {
      const column = entry(shape.columns, k);
      setLabel(labels, key, entry(column.values, entry(column.indexes, row)));
    });
    const unit = entry(unitOf, i);
    const described = {
      name: entry(names, entry(nameOf, i)),
      type: entry(types, kind & 7),
      unit: unit === 0 ? null : entry(names, unit - 1),
      temporality: entry(temporalities, (kind >> 3) & 3),
      monotonic: (kind & monotonicBit) !== 0,
      labels,
    };
    return { seriesId: makeSeriesId(described), ...described };
  });
  if (reader.left > 0) throw malformed(`${reader.left} bytes of series are left over`);
  return series;
}

/** Sets a label whatever its key, `__proto__` included. */
export function setLabel(labels: Labels, key: string, value: string): void {
  if (key === "__proto__") {
    Object.defineProperty(labels, key, { value, enumerable: true, configurable: true, writable: true });
  } else labels[key] = value;
}

function kindOf(series: Series): number {
  const temporality = temporalities.indexOf(series.temporality);
  return types.indexOf(series.type) + (temporality << 3) + (series.monotonic ? monotonicBit : 0);
}

function writeIndexes(writer: ByteWriter, indexes: readonly number[]): void {
  for (const index of indexes) writer.varint(index);
}

function readIndexes(reader: ByteReader, count: number): number[] {
  if (count > reader.left) throw malformed("a column is longer than what is left");
  const indexes = new Array<number>(count);
  for (let i = 0; i < count; i++) indexes[i] = reader.varint();
  return indexes;
}

/** The entry, which may be null but never missing. */
function entry<T>(list: readonly T[], at: number): T {
  if (at >= list.length) throw malformed(`entry ${at} of ${list.length} is asked for`);
  return list[at] as T;
}

/** Texts in the order of their first appearance. */
class Dictionary {
  readonly texts: string[] = [];
  readonly #indexes = new Map<string, number>();

  index(text: string): number {
    const known = this.#indexes.get(text);
    if (known !== undefined) return known;
    const index = this.texts.push(text) - 1;
    this.#indexes.set(text, index);
    return index;
  }
}
