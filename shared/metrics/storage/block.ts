import { hash } from "node:crypto";
import { ByteReader, ByteWriter, malformed } from "../codec/byte-stream.ts";
import { compress, decompress, type Effort } from "./compression.ts";
import { countPoints, readPoints, writePoints } from "./point-pack.ts";
import type { PointTable } from "./point-table.ts";
import { choiceOf, readRefs, type SeriesRef, writeRefs } from "./series-ref.ts";

/** The first byte; another layout of the bytes takes another number. */
const version = 1;

/** Tables that share an item. A table whose list of series is stored elsewhere names it by `layoutId`. */
export interface Section {
  table: PointTable;
  layoutId: string | null;
}

/** A section as it lies in a block: its points are decoded when they are wanted. */
export interface PackedSection {
  /** null where the series must be looked up under `layoutId`. */
  refs: SeriesRef[] | null;
  layoutId: string | null;
  decode(refs: SeriesRef[], chosen: Uint8Array): PointTable;
  count(chosen: Uint8Array): number;
}

export function packBlock(sections: readonly Section[], effort: Effort): Buffer {
  const writer = new ByteWriter();
  writer.varint(sections.length);
  for (const { table, layoutId } of sections) {
    writer.byte(layoutId === null ? 0 : 1);
    if (layoutId === null) writeRefs(writer, table.refs);
    else writer.bytes(Buffer.from(layoutId, "hex"));
    const points = new ByteWriter();
    writePoints(points, table);
    const bytes = points.written();
    writer.varint(bytes.length);
    writer.bytes(bytes);
  }
  return Buffer.concat([Buffer.of(version), compress(writer.written(), effort)]);
}

/** Throws a TypeError that says what is wrong with the bytes. */
export function openBlock(packed: Uint8Array): PackedSection[] {
  if (packed[0] !== version) throw malformed(`the block is of version ${packed[0]}, not ${version}`);
  const reader = new ByteReader(decompress(packed.subarray(1)));
  return Array.from({ length: reader.count() }, () => {
    const layoutId = reader.byte() === 1 ? reader.bytes(8).toString("hex") : null;
    const refs = layoutId === null ? readRefs(reader) : null;
    const bytes = reader.bytes(reader.varint());
    const decode: PackedSection["decode"] = (all, chosen) => readPoints(new ByteReader(bytes), all, chosen);
    const count: PackedSection["count"] = (chosen) => countPoints(new ByteReader(bytes), chosen);
    return { refs, layoutId, decode, count };
  });
}

/** The tables of a block whose sections carry their own series. */
export function unpackBlock(
  packed: Uint8Array,
  wants: (ref: SeriesRef) => boolean = () => true,
): PointTable[] {
  const choice = choiceOf(wants);
  return openBlock(packed).map(({ refs, decode }) => {
    if (!refs) throw malformed("a section names series that are stored elsewhere");
    return decode(refs, choice(refs));
  });
}

/** The name of a list of series: the same list, the same name. */
export function layoutIdOf(refs: readonly SeriesRef[]): string {
  let text = "";
  for (const ref of refs) text += ref.seriesId;
  return hash("sha256", text, "hex").slice(0, 16);
}

export function packLayout(refs: readonly SeriesRef[]): Buffer {
  const writer = new ByteWriter();
  writeRefs(writer, refs);
  return compress(writer.written(), "fast");
}

export function unpackLayout(packed: Uint8Array): SeriesRef[] {
  return readRefs(new ByteReader(decompress(packed)));
}
