import { hash } from "node:crypto";
import { type ByteReader, type ByteWriter, malformed } from "../codec/byte-stream.ts";
import type { Series } from "../points.ts";
import { MetricType } from "../schemas.ts";

const types = MetricType.options;
const temporalities = [null, "delta", "cumulative"] as const;
const monotonicBit = 32;

/** What stored points know of their series; the labels stand once, in the series index. */
export interface SeriesRef {
  seriesId: string;
  metricId: string;
  type: Series["type"];
  temporality: Series["temporality"];
  monotonic: boolean;
}

const metricIds = new Map<string, string>();
const remembered = 10_000;

/** The name of a metric in keys: 64 bits of its SHA-256, so that any text makes a short and harmless key. */
export function metricIdOf(name: string): string {
  const known = metricIds.get(name);
  if (known !== undefined) return known;
  const id = hash("sha256", name, "hex").slice(0, 16);
  if (metricIds.size >= remembered) metricIds.clear();
  metricIds.set(name, id);
  return id;
}

export function refOf(series: Series): SeriesRef {
  const { seriesId, type, temporality, monotonic } = series;
  return { seriesId, metricId: metricIdOf(series.name), type, temporality, monotonic };
}

/** Which series of a list are wanted: 1 at the place of each that is. */
export type Choice = (refs: readonly SeriesRef[]) => Uint8Array;

/** Asks once for each list, as many sections share one. */
export function choiceOf(wants: (ref: SeriesRef) => boolean): Choice {
  const chosen = new Map<readonly SeriesRef[], Uint8Array>();
  return (refs) => {
    const known = chosen.get(refs);
    if (known) return known;
    const mask = Uint8Array.from(refs, (ref) => (wants(ref) ? 1 : 0));
    chosen.set(refs, mask);
    return mask;
  };
}

/** The metrics as a dictionary, then which of them, kind and id of every series, column by column. */
export function writeRefs(writer: ByteWriter, refs: readonly SeriesRef[]): void {
  const metrics = [...new Set(refs.map((ref) => ref.metricId))];
  const indexes = new Map(metrics.map((id, i) => [id, i]));
  writer.varint(metrics.length);
  for (const id of metrics) writer.bytes(Buffer.from(id, "hex"));
  writer.varint(refs.length);
  for (const ref of refs) writer.varint(indexes.get(ref.metricId) ?? 0);
  for (const ref of refs) writer.byte(kindOf(ref));
  for (const ref of refs) writer.bytes(Buffer.from(ref.seriesId, "hex"));
}

export function readRefs(reader: ByteReader): SeriesRef[] {
  const metrics = Array.from({ length: reader.count() }, () => reader.bytes(8).toString("hex"));
  const count = reader.count();
  const metricOf = Array.from({ length: count }, () => reader.varint());
  const kinds = reader.bytes(count);
  return metricOf.map((metric, i) => {
    const kind = kinds[i] ?? 0;
    const type = types[kind & 7];
    const temporality = temporalities[(kind >> 3) & 3];
    const metricId = metrics[metric];
    if (metricId === undefined || type === undefined || temporality === undefined) {
      throw malformed(`series ${i} is of metric ${metric} and kind ${kind}`);
    }
    const seriesId = reader.bytes(8).toString("hex");
    return { seriesId, metricId, type, temporality, monotonic: (kind & monotonicBit) !== 0 };
  });
}

function kindOf({ type, temporality, monotonic }: SeriesRef): number {
  return types.indexOf(type) + (temporalities.indexOf(temporality) << 3) + (monotonic ? monotonicBit : 0);
}
