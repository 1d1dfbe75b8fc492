/** How much more memory this process ever held, in MB, for each body that was made to take much. */
import { once } from "node:events";
import { createGzip } from "node:zlib";
import { anIngest, json, otlp, plain } from "./builders.ts";

const mebibyte = 1024 * 1024;
const bomb = await gzipOfNothing(1024 * mebibyte);
const deep = "[".repeat(100_000) + "]".repeat(100_000);
const crowd = `{${Array.from({ length: 500_000 }, (_, i) => `"${i.toString(36)}":1`).join()}}`;
const cases: [string, string | Uint8Array, Record<string, string>][] = [
  ["a gzip bomb of 1 GB", bomb, { "content-encoding": "gzip" }],
  ["100,000 lists in each other", deep, {}],
  ["an object of half a million keys", crowd, {}],
  ["a huge header", "[]", { "x-huge": "x".repeat(mebibyte), traceparent: "0".repeat(mebibyte) }],
];
const { ask } = anIngest();
for (const path of [otlp, plain] as const) await ask({ path, body: "[]" });

const grown: Record<string, number> = {};
for (const [name, body, headers] of cases) {
  const beforeKb = process.resourceUsage().maxRSS;
  for (const path of [otlp, plain] as const) await ask({ path, body, headers: { ...json, ...headers } });
  grown[name] = Math.round((process.resourceUsage().maxRSS - beforeKb) / 1024);
}
console.log(JSON.stringify(grown));

/** Made piece by piece, so that making it takes no memory. */
async function gzipOfNothing(bytes: number): Promise<Buffer> {
  const gzip = createGzip();
  const chunks: Buffer[] = [];
  gzip.on("data", (chunk: Buffer) => chunks.push(chunk));
  const piece = Buffer.alloc(mebibyte);
  for (let made = 0; made < bytes; made += piece.length) if (!gzip.write(piece)) await once(gzip, "drain");
  gzip.end();
  await once(gzip, "end");
  return Buffer.concat(chunks);
}
