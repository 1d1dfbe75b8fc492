import { hash } from "node:crypto";
import type { Series } from "../points.ts";
import { ByteReader, ByteWriter } from "./byte-stream.ts";
import { readSeries, writeSeries } from "./series-table.ts";

/*
 * A steady sender's batches describe the same series in the same order, so their tables are equal to the byte.
 * Packing and unpacking one costs several times what its points cost; these memos pay it once. Both are pure:
 * the content is the key, so nothing of one tenant can reach another that did not send the same.
 */

const packed = new WeakMap<Series, { series: readonly Series[]; table: Buffer }>();
const unpacked = new Map<string, readonly Series[]>();
const mostSeries = 50_000;
let keptSeries = 0;

export function packSeries(series: readonly Series[]): Buffer {
  const first = series[0];
  const known = first && packed.get(first);
  if (known && sameSeries(known.series, series)) return known.table;
  const writer = new ByteWriter();
  writeSeries(writer, series);
  const table = Buffer.from(writer.written());
  if (first) packed.set(first, { series: [...series], table });
  return table;
}

/** The series of a table, frozen, since batches share them; the list is the caller's own. */
export function unpackSeries(table: Buffer): Series[] {
  const key = hash("sha256", table, "base64url");
  const known = unpacked.get(key);
  if (known) return [...known];
  const series = readSeries(new ByteReader(table));
  for (const one of series) {
    Object.freeze(one.labels);
    Object.freeze(one);
  }
  keptSeries += series.length;
  if (keptSeries > mostSeries) {
    unpacked.clear();
    keptSeries = series.length;
  }
  if (keptSeries <= mostSeries) unpacked.set(key, series);
  return [...series];
}

function sameSeries(one: readonly Series[], other: readonly Series[]): boolean {
  if (one.length !== other.length) return false;
  for (let i = 0; i < one.length; i++) if (one[i] !== other[i]) return false;
  return true;
}
