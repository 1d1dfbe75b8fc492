import type { SeriesOrFault } from "../describe-series.ts";
import type { MetricHead } from "../metric-head.ts";
import { noRecordedValue, type PointSink } from "../point-sink.ts";
import type { AttributeBytes } from "./protobuf-attributes.ts";
import {
  enter,
  fixed64Tag,
  leave,
  lengthTag,
  type Reader,
  sfixed64,
  skip,
  timeMs,
  varintTag,
} from "./wire.ts";

/** What reading one metric's points needs. */
export interface PointReading {
  reader: Reader;
  sink: PointSink;
  head: MetricHead;
  attributes: AttributeBytes;
  /** The series that the gathered attributes stand for. */
  series(): SeriesOrFault;
}

/** NumberDataPoint: a gauge or a sum. */
export function readNumberPoint(reading: PointReading, index: number): void {
  const { reader, attributes } = reading;
  const end = enter(reader);
  let time = 0;
  let start = 0;
  let value: number | undefined;
  let flags = 0;
  attributes.clear();
  while (reader.pos < end) {
    const from = reader.pos;
    const tag = reader.tag();
    switch (tag) {
      case lengthTag(7):
        reader.skip(reader.size());
        attributes.add(from, reader.pos);
        break;
      case fixed64Tag(2):
        start = timeMs(reader);
        break;
      case fixed64Tag(3):
        time = timeMs(reader);
        break;
      case fixed64Tag(4):
        value = reader.double();
        break;
      case fixed64Tag(6):
        value = sfixed64(reader);
        break;
      case varintTag(8):
        flags = reader.uint32();
        break;
      default:
        skip(reader, tag);
    }
  }
  leave(reader, end);
  if (flags & noRecordedValue) reading.sink.end();
  else reading.sink.number(reading.head, index, reading.series(), time, start, value);
}
