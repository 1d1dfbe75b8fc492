import {
  constants,
  crc32,
  deflateRawSync,
  inflateRawSync,
  zstdCompressSync,
  zstdDecompressSync,
} from "node:zlib";
import { malformed } from "../codec/byte-stream.ts";

/** No stored item comes near; bytes that claim more are broken. */
const largestBytes = 64 * 1024 * 1024;
/** Below, setting up zstd takes longer than deflate takes for the whole, and comes out no shorter. */
const zstdFromBytes = 32 * 1024;
const methods = { deflate: 0, zstd: 1 } as const;
const headBytes = 5;

/** Fast for what is written once and read for an hour; thorough for what lies for weeks. */
export type Effort = "fast" | "thorough";
const levels = {
  fast: { deflate: 6, zstd: 3 },
  thorough: { deflate: 9, zstd: 12 },
} as const;

/** A byte for the method, the CRC-32 of the bytes, then the bytes compressed: a flipped bit is found on reading. */
export function compress(bytes: Uint8Array, effort: Effort): Buffer {
  const method = bytes.length < zstdFromBytes ? methods.deflate : methods.zstd;
  const head = Buffer.alloc(headBytes);
  head.writeUInt8(method, 0);
  head.writeUInt32LE(crc32(bytes), 1);
  const { deflate, zstd } = levels[effort];
  const body =
    method === methods.deflate
      ? deflateRawSync(bytes, { level: deflate })
      : zstdCompressSync(bytes, { params: { [constants.ZSTD_c_compressionLevel]: zstd } });
  return Buffer.concat([head, body]);
}

export function decompress(packed: Uint8Array): Buffer {
  if (packed.length < headBytes) throw malformed(`${packed.length} bytes are too few`);
  const head = Buffer.from(packed.buffer, packed.byteOffset, headBytes);
  const bytes = expand(head.readUInt8(0), packed.subarray(headBytes));
  if (crc32(bytes) !== head.readUInt32LE(1)) throw malformed("the checksum does not fit");
  return bytes;
}

function expand(method: number, body: Uint8Array): Buffer {
  const options = { maxOutputLength: largestBytes };
  try {
    if (method === methods.deflate) return inflateRawSync(body, options);
    if (method === methods.zstd) return zstdDecompressSync(body, options);
  } catch (error) {
    throw malformed(error instanceof Error ? error.message : "they do not decompress");
  }
  throw malformed(`they are compressed by method ${method}`);
}
