import {
  type AttributeMap,
  type AttributeValue,
  guardDepth,
  labelText,
  nestedDouble,
  wholeNumber,
} from "../attribute-value.ts";
import type { LabelPair } from "../label-base.ts";
import { enter, fixed64Tag, leave, lengthTag, type Reader, readerOf, skip, varintTag } from "./wire.ts";

/**
 * The bytes of a message's attributes, gathered while its other fields are read. They are the key under which
 * a series is known, and are parsed only when it is not.
 */
export class AttributeBytes {
  readonly #bytes: Buffer;
  #before = "";
  #from = 0;
  #to = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  clear(): void {
    this.#before = "";
    this.#from = 0;
    this.#to = 0;
  }

  /** Takes in one attribute; neighbours, the common case, stay one span. */
  add(from: number, to: number): void {
    if (from !== this.#to) {
      this.#before = this.text();
      this.#from = from;
    }
    this.#to = to;
  }

  /** All of them, one character a byte. */
  text(): string {
    return this.#before + this.#bytes.toString("latin1", this.#from, this.#to);
  }
}

/** The labels in what AttributeBytes gathered: KeyValue fields, each behind its tag. */
export function readLabels(attributes: string): LabelPair[] {
  const reader = readerOf(Buffer.from(attributes, "latin1"));
  const pairs: LabelPair[] = [];
  while (reader.pos < reader.len) {
    reader.tag();
    const [key, value] = keyValue(reader, 0);
    pairs.push([key, labelText(value)]);
  }
  return pairs;
}

function keyValue(reader: Reader, depth: number): [string, AttributeValue] {
  const end = enter(reader);
  let key = "";
  let value: AttributeValue = null;
  while (reader.pos < end) {
    const tag = reader.tag();
    if (tag === lengthTag(1)) key = reader.string();
    else if (tag === lengthTag(2)) value = anyValue(reader, depth);
    else skip(reader, tag);
  }
  leave(reader, end);
  return [key, value];
}

function anyValue(reader: Reader, depth: number): AttributeValue {
  guardDepth(depth);
  const end = enter(reader);
  let value: AttributeValue = null;
  while (reader.pos < end) {
    const tag = reader.tag();
    switch (tag) {
      case lengthTag(1):
        value = reader.string();
        break;
      case varintTag(2):
        value = reader.bool();
        break;
      case varintTag(3):
        value = wholeNumber(String(reader.int64()));
        break;
      case fixed64Tag(4):
        value = nestedDouble(reader.double());
        break;
      case lengthTag(5):
        value = list(reader, depth + 1);
        break;
      case lengthTag(6):
        value = map(reader, depth + 1);
        break;
      case lengthTag(7):
        value = Buffer.from(reader.bytes()).toString("base64");
        break;
      default:
        skip(reader, tag);
    }
  }
  leave(reader, end);
  return value;
}

function list(reader: Reader, depth: number): AttributeValue[] {
  const end = enter(reader);
  const values: AttributeValue[] = [];
  while (reader.pos < end) {
    const tag = reader.tag();
    if (tag === lengthTag(1)) values.push(anyValue(reader, depth));
    else skip(reader, tag);
  }
  leave(reader, end);
  return values;
}

function map(reader: Reader, depth: number): AttributeMap {
  const end = enter(reader);
  const pairs: [string, AttributeValue][] = [];
  while (reader.pos < end) {
    const tag = reader.tag();
    if (tag === lengthTag(1)) pairs.push(keyValue(reader, depth));
    else skip(reader, tag);
  }
  leave(reader, end);
  return Object.fromEntries(pairs);
}
