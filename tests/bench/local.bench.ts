import { execFile, spawn } from "node:child_process";
import { mkdtempSync } from "node:fs";
import { readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { bundleFunctions } from "../../infra/bundle.ts";
import { packedKb } from "../support/packed-size.ts";
import { processEnd } from "../support/process-end.ts";
import type { BenchRow } from "./row.ts";

const run = promisify(execFile);
const root = join(dirname(fileURLToPath(import.meta.url)), "../..");

export const rows: BenchRow[] = [
  {
    name: "each Lambda bundle, gzip",
    unit: "KB",
    must: 350,
    aim: 200,
    async measure() {
      const bundles = await bundleFunctions();
      const sizes = await Promise.all([...bundles.values()].map(packedKb));
      return Math.max(...sizes);
    },
  },
  {
    name: "each Lambda import in plain Node",
    unit: "ms",
    must: 80,
    aim: 50,
    async measure() {
      const times: number[] = [];
      for (const file of (await bundleFunctions()).values()) times.push(await importMs(file));
      return Math.max(...times);
    },
  },
  {
    name: "`npm start` to ready, second start",
    unit: "s",
    must: 5,
    aim: 2,
    async measure() {
      const dataDir = mkdtempSync(join(tmpdir(), "sentinelops-bench-"));
      try {
        await startToReadyS(dataDir);
        return await startToReadyS(dataDir);
      } finally {
        await rm(dataDir, { recursive: true, force: true });
      }
    },
  },
];

/** The best of three, as a cold start pays the import and not the neighbours on this machine. */
async function importMs(file: string): Promise<number> {
  const script = `const startMs = performance.now(); await import(${JSON.stringify(pathToFileURL(file).href)}); console.log(performance.now() - startMs); process.exit();`;
  const times: number[] = [];
  for (let i = 0; i < 3; i++) {
    const { stdout } = await run(process.execPath, ["--input-type=module", "-e", script], { env: {} });
    times.push(Number(stdout));
  }
  return Math.min(...times);
}

async function startToReadyS(dataDir: string): Promise<number> {
  const startMs = performance.now();
  const child = spawn("npm", ["start"], {
    cwd: root,
    env: { ...process.env, DATA_DIR: dataDir, PORT: "0" },
    stdio: ["ignore", "pipe", "inherit"],
    // npm does not pass signals on to what it runs; the group gets them all.
    detached: true,
  });
  const readyS = await new Promise<number>((resolve, reject) => {
    child.stdout.on("data", (text: Buffer) => {
      if (text.includes("is ready at")) resolve((performance.now() - startMs) / 1000);
    });
    child.once("exit", (code) => reject(new Error(`npm start ended with ${code} before it was ready.`)));
  });
  const { pid } = JSON.parse(await readFile(join(dataDir, "local.json"), "utf8"));
  process.kill(-(child.pid ?? 0), "SIGTERM");
  await processEnd(pid);
  return readyS;
}
