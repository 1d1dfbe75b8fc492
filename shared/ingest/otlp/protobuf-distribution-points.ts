import type { Distribution } from "../../metrics/index.ts";
import { noRecordedValue } from "../point-sink.ts";
import type { PointReading } from "./protobuf-number-points.ts";
import {
  enter,
  fixed64,
  fixed64Tag,
  leave,
  lengthTag,
  type Reader,
  skip,
  timeMs,
  uint64,
  varintTag,
} from "./wire.ts";

/** HistogramDataPoint. */
export function readHistogramPoint(reading: PointReading, index: number): void {
  const { reader, attributes } = reading;
  const end = enter(reader);
  const point = {
    kind: "explicit" as const,
    ...emptySummary(),
    bounds: [] as number[],
    counts: [] as number[],
  };
  const when = { time: 0, start: 0, flags: 0 };
  attributes.clear();
  while (reader.pos < end) {
    const from = reader.pos;
    const tag = reader.tag();
    switch (tag) {
      case lengthTag(9):
        reader.skip(reader.size());
        attributes.add(from, reader.pos);
        break;
      case fixed64Tag(5):
        point.sum = reader.double();
        break;
      case lengthTag(6):
      case fixed64Tag(6):
        readFixed64s(reader, tag, point.counts);
        break;
      case lengthTag(7):
        reader.doubles(point.bounds);
        break;
      case fixed64Tag(7):
        point.bounds.push(reader.double());
        break;
      case varintTag(10):
        when.flags = reader.uint32();
        break;
      case fixed64Tag(11):
        point.min = reader.double();
        break;
      case fixed64Tag(12):
        point.max = reader.double();
        break;
      default:
        if (!readCommon(reader, tag, point, when)) skip(reader, tag);
    }
  }
  leave(reader, end);
  finish(reading, index, when, point);
}

/** ExponentialHistogramDataPoint. */
export function readExponentialPoint(reading: PointReading, index: number): void {
  const { reader, attributes } = reading;
  const end = enter(reader);
  const point = {
    kind: "exponential" as const,
    ...emptySummary(),
    scale: 0,
    zeroCount: 0,
    positive: { offset: 0, counts: [] as number[] },
    negative: { offset: 0, counts: [] as number[] },
  };
  const when = { time: 0, start: 0, flags: 0 };
  attributes.clear();
  while (reader.pos < end) {
    const from = reader.pos;
    const tag = reader.tag();
    switch (tag) {
      case lengthTag(1):
        reader.skip(reader.size());
        attributes.add(from, reader.pos);
        break;
      case fixed64Tag(5):
        point.sum = reader.double();
        break;
      case varintTag(6):
        point.scale = reader.sint32();
        break;
      case fixed64Tag(7):
        point.zeroCount = fixed64(reader);
        break;
      case lengthTag(8):
        readBuckets(reader, point.positive);
        break;
      case lengthTag(9):
        readBuckets(reader, point.negative);
        break;
      case varintTag(10):
        when.flags = reader.uint32();
        break;
      case fixed64Tag(12):
        point.min = reader.double();
        break;
      case fixed64Tag(13):
        point.max = reader.double();
        break;
      default:
        if (!readCommon(reader, tag, point, when)) skip(reader, tag);
    }
  }
  leave(reader, end);
  finish(reading, index, when, point);
}

/** SummaryDataPoint. */
export function readSummaryPoint(reading: PointReading, index: number): void {
  const { reader, attributes } = reading;
  const end = enter(reader);
  const point = {
    kind: "summary" as const,
    count: 0,
    sum: 0,
    quantiles: [] as { quantile: number; value: number }[],
  };
  const when = { time: 0, start: 0, flags: 0 };
  attributes.clear();
  while (reader.pos < end) {
    const from = reader.pos;
    const tag = reader.tag();
    switch (tag) {
      case lengthTag(7):
        reader.skip(reader.size());
        attributes.add(from, reader.pos);
        break;
      case fixed64Tag(5):
        point.sum = reader.double();
        break;
      case lengthTag(6):
        point.quantiles.push(readQuantile(reader));
        break;
      case varintTag(8):
        when.flags = reader.uint32();
        break;
      default:
        if (!readCommon(reader, tag, point, when)) skip(reader, tag);
    }
  }
  leave(reader, end);
  finish(reading, index, when, point);
}

interface When {
  time: number;
  start: number;
  flags: number;
}

/** Fields 2 to 4 are the same in every distribution. */
function readCommon(reader: Reader, tag: number, point: { count: number }, when: When): boolean {
  if (tag === fixed64Tag(2)) when.start = timeMs(reader);
  else if (tag === fixed64Tag(3)) when.time = timeMs(reader);
  else if (tag === fixed64Tag(4)) point.count = fixed64(reader);
  else return false;
  return true;
}

function finish(reading: PointReading, index: number, when: When, point: Distribution): void {
  if (when.flags & noRecordedValue) reading.sink.end();
  else reading.sink.distribution(reading.head, index, reading.series(), when.time, when.start, point);
}

function emptySummary() {
  return { count: 0, sum: null as number | null, min: null as number | null, max: null as number | null };
}

function readFixed64s(reader: Reader, tag: number, into: number[]): void {
  if (tag === fixed64Tag(6)) {
    into.push(fixed64(reader));
    return;
  }
  const end = enter(reader);
  while (reader.pos < end) into.push(fixed64(reader));
  leave(reader, end);
}

function readBuckets(reader: Reader, into: { offset: number; counts: number[] }): void {
  const end = enter(reader);
  while (reader.pos < end) {
    const tag = reader.tag();
    if (tag === varintTag(1)) into.offset = reader.sint32();
    else if (tag === varintTag(2)) into.counts.push(uint64(reader));
    else if (tag === lengthTag(2)) {
      const last = enter(reader);
      while (reader.pos < last) into.counts.push(uint64(reader));
      leave(reader, last);
    } else skip(reader, tag);
  }
  leave(reader, end);
}

function readQuantile(reader: Reader): { quantile: number; value: number } {
  const end = enter(reader);
  const pair = { quantile: 0, value: 0 };
  while (reader.pos < end) {
    const tag = reader.tag();
    if (tag === fixed64Tag(1)) pair.quantile = reader.double();
    else if (tag === fixed64Tag(2)) pair.value = reader.double();
    else skip(reader, tag);
  }
  leave(reader, end);
  return pair;
}
