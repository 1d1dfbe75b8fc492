import { readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { buildDashboard } from "../support/built-dashboard.ts";
import type { BenchRow } from "./row.ts";

interface Chunk {
  file: string;
  imports?: string[];
  css?: string[];
}

const bytesPerKb = 1_000;

/** Everything the browser has loaded when the overview stands: the page, its scripts and its styles. */
async function firstLoadKb(): Promise<number> {
  const folder = await buildDashboard();
  const manifest = JSON.parse(await readFile(join(folder, ".vite/manifest.json"), "utf8")) as Record<
    string,
    Chunk
  >;
  const files = new Set(["index.html", "theme.js", "favicon.svg"]);
  const add = (key: string) => {
    const chunk = manifest[key];
    if (!chunk || files.has(chunk.file)) return;
    for (const file of [chunk.file, ...(chunk.css ?? [])]) files.add(file);
    for (const imported of chunk.imports ?? []) add(imported);
  };
  add("index.html");
  add("src/features/overview/overview-page.tsx");
  let bytes = 0;
  for (const file of files) bytes += gzipSync(await readFile(join(folder, file))).byteLength;
  await rm(folder, { recursive: true, force: true });
  return bytes / bytesPerKb;
}

export const rows: BenchRow[] = [
  { name: "SPA first load, gzip", unit: "KB", must: 250, aim: 150, measure: firstLoadKb },
];
