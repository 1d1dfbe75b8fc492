import { readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { gzip } from "node:zlib";

const compress = promisify(gzip);

/** What a function's folder weighs, gzip, KB: its handler and all that lies beside it. */
export async function packedKb(handler: string): Promise<number> {
  const folder = dirname(handler);
  const parts = await readdir(folder);
  const packed = await Promise.all(parts.map(async (part) => compress(await readFile(join(folder, part)))));
  return packed.reduce((sum, { length }) => sum + length, 0) / 1024;
}
