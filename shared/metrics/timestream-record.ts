import { ByteReader, ByteWriter } from "./codec/byte-stream.ts";
import { readDistributions, writeDistributions } from "./codec/distribution-table.ts";
import type { Distribution } from "./points.ts";
import { compress, decompress } from "./storage/compression.ts";
import { pointMeasure } from "./timestream-sql.ts";

/** A VARCHAR measure may have 2,048 bytes. */
const detailBytes = 2_000;
const nothingMore = "-";

/** One row of Timestream: a point, or the overflow of one. */
export interface Part {
  measureName: string;
  value: number;
  detail: string;
}

/**
 * A point as rows. Timestream takes no NaN and no infinities and drops the sign of 0, so `detail` names them; a distribution stands there
 * too, in as many rows as it needs.
 */
export function partsOf(value: number, distribution: Distribution | undefined): Part[] {
  const finite = Number.isFinite(value) ? value : 0;
  if (!distribution) {
    const odd = Object.is(value, -0) ? "-0" : String(value);
    const detail = Number.isFinite(value) && odd !== "-0" ? nothingMore : odd;
    return [{ measureName: pointMeasure, value: finite, detail }];
  }
  const writer = new ByteWriter();
  writeDistributions(writer, new Map([[0, distribution]]));
  const packed = compress(writer.written(), "fast").toString("base64");
  const parts: Part[] = [];
  for (let at = 0; at < packed.length; at += detailBytes) {
    const more = String(parts.length).padStart(4, "0");
    const measureName = parts.length === 0 ? pointMeasure : `${pointMeasure}_${more}`;
    parts.push({ measureName, value: finite, detail: packed.slice(at, at + detailBytes) });
  }
  return parts;
}

/** What partsOf made rows of; `isDistribution` says which of the two `details` mean. */
export function pointOf(
  value: number,
  details: readonly string[],
  isDistribution: boolean,
): { value: number; distribution: Distribution | undefined } {
  const detail = details.join("");
  if (!isDistribution)
    return { value: detail === nothingMore ? value : Number(detail), distribution: undefined };
  const reader = new ByteReader(decompress(Buffer.from(detail, "base64")));
  const distribution = readDistributions(reader, 1).get(0);
  const sum = distribution?.sum ?? Number.NaN;
  return { value: sum, distribution };
}

/**
 * A version that grows with the value, so that of two values for one point Timestream keeps the larger whichever
 * came last, as the DynamoDB store does: the order-preserving form of the double, cut to 52 bits.
 */
export function versionOf(value: number): number {
  if (Number.isNaN(value)) return 1;
  const view = new DataView(new ArrayBuffer(8));
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const ordered = bits >> 63n === 0n ? bits | (1n << 63n) : ~bits & ((1n << 64n) - 1n);
  return Number(ordered >> 12n) + 2;
}
