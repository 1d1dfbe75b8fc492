import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";
import { malformed } from "../codec/byte-stream.ts";

/** No stored item comes near; bytes that claim more are broken. */
const largestBytes = 64 * 1024 * 1024;

/** Fast for what is written once and read for an hour; thorough for what lies for weeks. */
export type Effort = "fast" | "thorough";
const levels = { fast: 3, thorough: 9 } as const;

/** Compressed with a checksum, so a flipped bit is found when it is read. */
export function compress(bytes: Uint8Array, effort: Effort): Buffer {
  return zstdCompressSync(bytes, {
    params: {
      [constants.ZSTD_c_compressionLevel]: levels[effort],
      [constants.ZSTD_c_checksumFlag]: 1,
    },
  });
}

export function decompress(bytes: Uint8Array): Buffer {
  try {
    return zstdDecompressSync(bytes, { maxOutputLength: largestBytes });
  } catch (error) {
    throw malformed(error instanceof Error ? error.message : "they do not decompress");
  }
}
