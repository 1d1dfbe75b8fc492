import { execFile } from "node:child_process";
import { mkdtemp } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const root = join(import.meta.dirname, "../..");

/** Builds the dashboard as it is delivered into a folder of its own, so that no two tests share one; returns the folder. */
export async function buildDashboard(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "sentinelops-web-"));
  const vite = join(root, "node_modules/vite/bin/vite.js");
  const args = [
    vite,
    "build",
    "web",
    "--outDir",
    folder,
    "--emptyOutDir",
    "--manifest",
    "--logLevel",
    "error",
  ];
  await promisify(execFile)(process.execPath, args, {
    cwd: root,
    env: { ...process.env, NODE_ENV: "production" },
  });
  return folder;
}
