import { existsSync } from "node:fs";
import { mkdir, rmdir, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Browser, chromium } from "playwright-core";

const systemBrowsers = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const args = [
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
  "--font-render-hinting=none",
];

/** A real browser with a profile of its own, or undefined, with a plain sentence on stderr, where none can be had. */
export async function openBrowser(): Promise<Browser | undefined> {
  try {
    return await chromium.launch({ executablePath: await findBrowser(), args });
  } catch (error) {
    process.stderr.write(`No browser can be opened here, so the browser tests are skipped: ${error}\n`);
    return undefined;
  }
}

async function findBrowser(): Promise<string> {
  const installed = systemBrowsers.find((path) => existsSync(path));
  if (installed) return installed;
  // The packed browser brings its own NSS libraries only where it believes it is in Lambda.
  process.env["AWS_EXECUTION_ENV"] ??= "AWS_Lambda_nodejs22.x";
  const { default: packed } = await import("@sparticuz/chromium");
  return alone(() => packed.executablePath());
}

/** Unpacking takes a browser that is half unpacked for a whole one; so one process at a time. */
async function alone<T>(unpack: () => Promise<T>): Promise<T> {
  const lock = join(tmpdir(), "sentinelops-unpacking-browser");
  const abandonedMs = 60_000;
  for (;;) {
    try {
      await mkdir(lock);
      break;
    } catch {
      const held = await stat(lock).catch(() => undefined);
      if (held && Date.now() - held.mtimeMs > abandonedMs) await rmdir(lock).catch(() => {});
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
  try {
    return await unpack();
  } finally {
    await rmdir(lock).catch(() => {});
  }
}
