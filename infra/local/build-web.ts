import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { Worker } from "node:worker_threads";

const root = join(dirname(fileURLToPath(import.meta.url)), "../..");
const stampFile = join(root, ".build", "web.stamp");
/** What the dashboard is built from, besides the packages the lock file names. */
const sources = ["web", "events", "shared"];

/** Builds web/dist when it is missing or was built from other sources, in a thread of its own. */
export async function buildDashboardIfStale(): Promise<void> {
  const stamp = await contentHash();
  const built = existsSync(join(root, "web/dist/index.html"));
  if (built && (await readFile(stampFile, "utf8").catch(() => "")) === stamp) return;
  await buildInThread();
  await mkdir(dirname(stampFile), { recursive: true });
  await writeFile(stampFile, stamp);
}

function buildInThread(): Promise<void> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(new URL("./worker-build-web.ts", import.meta.url), {
      workerData: { root: join(root, "web") },
    });
    worker.on("error", (error: Error) =>
      reject(new Error(`The dashboard could not be built: ${error.message}`, { cause: error })),
    );
    worker.on("exit", (code) =>
      code === 0 ? resolve() : reject(new Error(`The dashboard could not be built (exit ${code}).`)),
    );
  });
}

async function contentHash(): Promise<string> {
  const files = [join(root, "package.json"), join(root, "package-lock.json")];
  for (const folder of sources) {
    const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
    for (const entry of entries) {
      const file = join(entry.parentPath, entry.name);
      const isSource = folder === "web" ? !relative(root, file).startsWith("web/dist") : isContract(file);
      if (entry.isFile() && isSource) files.push(file);
    }
  }
  const hash = createHash("sha256");
  for (const file of files.sort())
    hash
      .update(relative(root, file))
      .update("\0")
      .update(await readFile(file));
  return hash.digest("hex");
}

/** The dashboard imports events/ and the schemas in shared/, nothing else. */
function isContract(file: string): boolean {
  const path = relative(root, file);
  return (path.startsWith("events") && path.endsWith(".ts")) || path.endsWith("schemas.ts");
}
