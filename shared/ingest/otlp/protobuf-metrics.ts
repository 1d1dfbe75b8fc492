import { hash } from "node:crypto";
import type { MetricType } from "../../metrics/schemas.ts";
import { AppError, Invalid } from "../../platform/errors.ts";
import { describeSeries } from "../describe-series.ts";
import { type LabelBase, labelBase } from "../label-base.ts";
import { metricHead } from "../metric-head.ts";
import { type DecodedMetrics, PointSink } from "../point-sink.ts";
import type { CachedScope, SeriesCache } from "../series-cache.ts";
import { AttributeBytes, readLabels } from "./protobuf-attributes.ts";
import {
  readExponentialPoint,
  readHistogramPoint,
  readSummaryPoint,
} from "./protobuf-distribution-points.ts";
import { type PointReading, readNumberPoint } from "./protobuf-number-points.ts";
import { scopeLabels } from "./scope-labels.ts";
import { enter, leave, lengthTag, type Reader, readerOf, skip, varintTag } from "./wire.ts";

/** A message inside the body. */
interface Span {
  from: number;
  to: number;
}
interface Decoding {
  bytes: Buffer;
  reader: Reader;
  sink: PointSink;
  cache: SeriesCache;
  tenantId: string;
}
type ReadPoint = (reading: PointReading, index: number) => void;

/** Metric's `data`: field number → what it is and how its points are read. */
const data = new Map<number, { type: MetricType; readPoint: ReadPoint }>([
  [lengthTag(5), { type: "gauge", readPoint: readNumberPoint }],
  [lengthTag(7), { type: "sum", readPoint: readNumberPoint }],
  [lengthTag(9), { type: "histogram", readPoint: readHistogramPoint }],
  [lengthTag(10), { type: "exponential_histogram", readPoint: readExponentialPoint }],
  [lengthTag(11), { type: "summary", readPoint: readSummaryPoint }],
]);

/**
 * Decodes an ExportMetricsServiceRequest field by field into columns, with no message objects between.
 * Unknown fields are skipped. Throws Invalid (400) when the bytes are not such a message; a point that breaks
 * a limit is rejected alone.
 */
export function decodeProtobufMetrics(bytes: Buffer, tenantId: string, cache: SeriesCache): DecodedMetrics {
  const decoding = { bytes, reader: readerOf(bytes), sink: new PointSink(), cache, tenantId };
  const { reader } = decoding;
  try {
    while (reader.pos < reader.len) {
      const tag = reader.tag();
      if (tag === lengthTag(1)) resourceMetrics(decoding);
      else skip(reader, tag);
    }
  } catch (error) {
    if (error instanceof AppError || error instanceof TypeError || !(error instanceof Error)) throw error;
    throw new Invalid(
      `The body is not a protobuf ExportMetricsServiceRequest: ${error.message}, near byte ${reader.pos} of ${bytes.length}.`,
    );
  }
  return decoding.sink.decoded(hash("sha256", bytes, "hex"));
}

function resourceMetrics(decoding: Decoding): void {
  const { reader } = decoding;
  const end = enter(reader);
  let resource: Span = { from: 0, to: 0 };
  const scopes: Span[] = [];
  while (reader.pos < end) {
    const tag = reader.tag();
    if (tag === lengthTag(1)) resource = span(reader);
    else if (tag === lengthTag(2)) scopes.push(span(reader));
    else skip(reader, tag);
  }
  leave(reader, end);
  for (const scope of scopes) scopeMetrics(decoding, resource, scope);
  reader.pos = end;
}

function scopeMetrics(decoding: Decoding, resource: Span, whole: Span): void {
  const { reader, bytes } = decoding;
  reader.pos = whole.from;
  let scope: Span = { from: 0, to: 0 };
  const metrics: Span[] = [];
  while (reader.pos < whole.to) {
    const tag = reader.tag();
    if (tag === lengthTag(1)) scope = span(reader);
    else if (tag === lengthTag(2)) metrics.push(span(reader));
    else skip(reader, tag);
  }
  leave(reader, whole.to);
  const text = ({ from, to }: Span) => bytes.toString("latin1", from, to);
  const cached = decoding.cache.scope(decoding.tenantId, text(resource), text(scope), () =>
    readBase(decoding, resource, scope),
  );
  for (const one of metrics) metric(decoding, cached, one);
}

function readBase({ reader, bytes }: Decoding, resource: Span, scope: Span): LabelBase {
  const attributes = new AttributeBytes(bytes);
  reader.pos = resource.from;
  while (reader.pos < resource.to) {
    const from = reader.pos;
    const tag = reader.tag();
    if (tag === lengthTag(1)) {
      reader.skip(reader.size());
      attributes.add(from, reader.pos);
    } else skip(reader, tag);
  }
  leave(reader, resource.to);
  let scopeName = "";
  reader.pos = scope.from;
  while (reader.pos < scope.to) {
    const tag = reader.tag();
    if (tag === lengthTag(1)) scopeName = reader.string();
    else skip(reader, tag);
  }
  leave(reader, scope.to);
  return labelBase([...readLabels(attributes.text()), ...scopeLabels(scopeName)]);
}

function metric(decoding: Decoding, scope: CachedScope, whole: Span): void {
  const { reader } = decoding;
  reader.pos = whole.from;
  let name = "";
  let unit = "";
  const found: { at: Span; tag: number }[] = [];
  while (reader.pos < whole.to) {
    const tag = reader.tag();
    if (tag === lengthTag(1)) name = reader.string();
    else if (tag === lengthTag(3)) unit = reader.string();
    else if (data.has(tag)) found.push({ at: span(reader), tag });
    else skip(reader, tag);
  }
  leave(reader, whole.to);
  for (const { at, tag } of found) points(decoding, scope, name, unit, tag, at);
}

function points(
  decoding: Decoding,
  scope: CachedScope,
  name: string,
  unit: string,
  dataTag: number,
  whole: Span,
): void {
  const { reader, sink, cache } = decoding;
  const kind = data.get(dataTag);
  if (!kind) return;
  // Temporality stands behind the points, so the points are passed over first.
  const { temporality, monotonic } = readSpan(reader, whole);
  const head = metricHead(name, unit, kind.type, temporality, monotonic);
  const known = cache.metric(scope, `${dataTag}|${temporality}|${monotonic}|${unit.length}|${unit}${name}`);
  const attributes = new AttributeBytes(decoding.bytes);
  const series = () => {
    const key = attributes.text();
    let one = known.get(key);
    if (one === undefined) {
      one = describeSeries(head, scope.base, readLabels(key));
      cache.remember(known, key, one);
    }
    return one;
  };
  const reading = { reader, sink, head, attributes, series };
  reader.pos = whole.from;
  let index = 0;
  while (reader.pos < whole.to) {
    const tag = reader.tag();
    if (tag === lengthTag(1)) kind.readPoint(reading, index++);
    else skip(reader, tag);
  }
  leave(reader, whole.to);
}

function readSpan(reader: Reader, whole: Span): { temporality: number; monotonic: boolean } {
  const told = { temporality: 0, monotonic: false };
  reader.pos = whole.from;
  while (reader.pos < whole.to) {
    const tag = reader.tag();
    if (tag === varintTag(2)) told.temporality = reader.int32();
    else if (tag === varintTag(3)) told.monotonic = reader.bool();
    else skip(reader, tag);
  }
  leave(reader, whole.to);
  return told;
}

function span(reader: Reader): Span {
  const to = enter(reader);
  const from = reader.pos;
  reader.skip(to - from);
  return { from, to };
}
