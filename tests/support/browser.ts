import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type BrowserContext, chromium } from "playwright-core";

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

export interface TestBrowser {
  newContext(options?: Parameters<typeof open>[1]): Promise<BrowserContext>;
  close(): Promise<void>;
}

/** A real browser, or undefined with a plain sentence on stderr where none can be had. */
export async function openBrowser(): Promise<TestBrowser | undefined> {
  try {
    const path = await findBrowser();
    const contexts: { context: BrowserContext; folder: string }[] = [];
    const newContext: TestBrowser["newContext"] = async (options) => {
      const folder = await mkdtemp(join(tmpdir(), "sentinelops-browser-"));
      const context = await open(path, options, folder);
      contexts.push({ context, folder });
      return context;
    };
    await (await newContext()).close();
    return {
      newContext,
      close: async () => {
        for (const { context, folder } of contexts) {
          await context.close();
          await rm(folder, { recursive: true, force: true });
        }
      },
    };
  } catch (error) {
    process.stderr.write(`No browser can be opened here, so the browser tests are skipped: ${error}\n`);
    return undefined;
  }
}

type ContextOptions = NonNullable<Parameters<typeof chromium.launchPersistentContext>[1]>;

function open(executablePath: string, options: ContextOptions | undefined, folder: string) {
  return chromium.launchPersistentContext(folder, { locale: "en-US", ...options, executablePath, args });
}

async function findBrowser(): Promise<string> {
  const installed = systemBrowsers.find((path) => existsSync(path));
  if (installed) return installed;
  // The packed browser brings its own NSS libraries only where it believes it is in Lambda.
  process.env["AWS_EXECUTION_ENV"] ??= "AWS_Lambda_nodejs22.x";
  const { default: packed } = await import("@sparticuz/chromium");
  return packed.executablePath();
}
