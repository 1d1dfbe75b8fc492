/** What the decoder throws for bytes that no encoder of ours wrote. */
export function malformed(what: string): TypeError {
  return new TypeError(`The packed points cannot be read: ${what}.`);
}

/** Appends bytes, varints and text to a buffer that grows. */
export class ByteWriter {
  #bytes: Buffer = Buffer.allocUnsafe(8_192);
  #length = 0;

  byte(value: number): void {
    this.#reserve(1);
    this.#bytes[this.#length++] = value;
  }

  /** A whole number from 0 to 2^53, seven bits a byte. */
  varint(value: number): void {
    this.#reserve(8);
    let rest = value;
    while (rest > 0x7fffffff) {
      this.#bytes[this.#length++] = (rest % 128) | 128;
      rest = Math.floor(rest / 128);
    }
    while (rest > 127) {
      this.#bytes[this.#length++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    this.#bytes[this.#length++] = rest;
  }

  /** A whole number from -2^52 to 2^52; small ones of either sign stay short. */
  zigzag(value: number): void {
    this.varint(value < 0 ? -2 * value - 1 : 2 * value);
  }

  bytes(value: Uint8Array): void {
    this.#reserve(value.length);
    this.#bytes.set(value, this.#length);
    this.#length += value.length;
  }

  /** Texts as their lengths in bytes, then all their UTF-8. */
  texts(values: readonly string[]): void {
    this.varint(values.length);
    for (const value of values) this.varint(Buffer.byteLength(value));
    for (const value of values) {
      this.#reserve(value.length * 3);
      this.#length += this.#bytes.write(value, this.#length, "utf8");
    }
  }

  written(): Buffer {
    return this.#bytes.subarray(0, this.#length);
  }

  #reserve(more: number): void {
    if (this.#length + more <= this.#bytes.length) return;
    const bigger = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + more));
    bigger.set(this.written());
    this.#bytes = bigger;
  }
}

/** Reads what ByteWriter wrote. Never past the end, and never allocates for more than the bytes can hold. */
export class ByteReader {
  readonly #bytes: Buffer;
  #at: number;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
    this.#at = 0;
  }

  get left(): number {
    return this.#bytes.length - this.#at;
  }

  byte(): number {
    const value = this.#bytes[this.#at++];
    if (value === undefined) throw malformed("they end early");
    return value;
  }

  varint(): number {
    let value = 0;
    let weight = 1;
    for (let i = 0; i < 8; i++) {
      const byte = this.byte();
      value += (byte & 127) * weight;
      if (byte < 128) return value;
      weight *= 128;
    }
    throw malformed("a number is longer than eight bytes");
  }

  zigzag(): number {
    const value = this.varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** A count of things that take at least one byte each. */
  count(): number {
    const value = this.varint();
    if (value > this.left) throw malformed(`${value} entries are announced with ${this.left} bytes left`);
    return value;
  }

  bytes(length: number): Buffer {
    if (length > this.left) throw malformed("they end early");
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }

  texts(): string[] {
    const lengths = Array.from({ length: this.count() }, () => this.varint());
    return lengths.map((length) => this.bytes(length).toString("utf8"));
  }
}
