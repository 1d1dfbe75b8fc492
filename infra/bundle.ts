import { createHash } from "node:crypto";
import { existsSync } from "node:fs";
import { readdir, readFile, rename, rm, stat, utimes } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync } from "node:zlib";
import type { BuildOptions, Plugin } from "esbuild";
import { nowMs } from "../shared/platform/clock.ts";
import { topology } from "./topology/index.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "..");
const sourceFolders = ["functions", "shared", "events"];
const keptBuilds = 4;
const unusedMs = 3_600_000;

export interface BundleOptions {
  /** Which functions; every row of the topology when left out. */
  names?: readonly string[];
  /** Builds lie here, one folder per content hash, so an unchanged tree is never bundled twice. */
  outDir?: string;
}

/**
 * Bundles functions/<name>/handler.ts to `<outDir>/<hash>/<name>/handler.mjs`: minified ESM with what it loads
 * seldom beside it and nothing external, as the laptop runtime loads and the CDK uploads the folder. Returns
 * name → file. Throws when a function has no folder.
 */
export async function bundleFunctions(options: BundleOptions = {}): Promise<Map<string, string>> {
  const names = options.names ?? topology.map((row) => row.name);
  const outDir = options.outDir ?? join(root, ".build", "functions");
  const missing = names.filter((name) => !existsSync(entryOf(name)));
  if (missing.length > 0) {
    throw new Error(
      `The topology names ${missing.join(", ")}, but functions/<name>/handler.ts is not there. Write it, or take the row out.`,
    );
  }
  const build = join(outDir, await contentHash(names));
  if (!existsSync(build)) await bundleInto(build, names);
  await markUsed(build);
  return new Map(names.map((name) => [name, join(build, name, "handler.mjs")]));
}

async function bundleInto(build: string, names: readonly string[]): Promise<void> {
  const { build: esbuild } = await import("esbuild");
  const unfinished = `${build}.${process.pid}`;
  const shape = {
    outdir: unfinished,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    minify: true,
    platform: "node",
    target: "node24",
    format: "esm",
    mainFields: ["module", "main"],
    legalComments: "none",
    banner: { js: requireBanner },
    logLevel: "error",
  } satisfies BuildOptions;
  const plugins = [withoutUnusedParts, withForecaster, withLinearRegex, withZodInParts, withFastBase64];
  const { metafile } = await esbuild({
    ...shape,
    entryPoints: names.map((name) => ({ in: entryOf(name), out: `${name}/handler` })),
    plugins: [seldomBeside, ...plugins],
    metafile: true,
  });
  const beside = Object.entries(metafile.outputs).flatMap(([file, { imports }]) =>
    Object.entries(seldom).flatMap(([part, from]) =>
      imports.some(({ path }) => path === `./${part}.mjs`)
        ? [{ in: from, out: join(relative(unfinished, dirname(join(process.cwd(), file))), part) }]
        : [],
    ),
  );
  if (beside.length > 0) await esbuild({ ...shape, entryPoints: beside, plugins });
  try {
    await rename(unfinished, build);
  } catch {
    // Another process finished the same build first; both hold the same bytes.
    await rm(unfinished, { recursive: true, force: true });
  }
  await forgetOldBuilds(dirname(build), build);
}

/**
 * What a function loads only when it is needed: the file beside its handler that holds it → where it comes from. It has
 * its own copy of what both need, so nothing may cross over that is known by its class.
 */
const seldom: Readonly<Record<string, string>> = {
  "client-s3": "@aws-sdk/client-s3",
  openai: "openai",
  re2js: "re2js",
  forecaster: join(root, "shared", "anomalies", "forecaster.ts"),
  "own-queue": join(root, "shared", "platform", "aws", "own-queue.ts"),
  sns: join(root, "shared", "platform", "aws", "sns.ts"),
};

/**
 * In one file with the rest, what is loaded later would keep what both share from being joined into one scope,
 * which costs half of a cold start again, used or not.
 */
const seldomBeside: Plugin = {
  name: "seldom-beside",
  setup(build) {
    const parts = new Map(Object.entries(seldom).map(([part, from]) => [from, part]));
    build.onResolve({ filter: /./ }, ({ path, kind, resolveDir }) => {
      if (kind !== "dynamic-import" && kind !== "require-call") return undefined;
      const part = parts.get(path.startsWith(".") ? join(resolveDir, path) : path);
      return part ? { path: `./${part}.mjs`, external: true } : undefined;
    });
  },
};

/** Some CommonJS dependencies ask for Node's own modules through `require`. */
const requireBanner =
  'import{createRequire as requireOf}from"node:module";const require=requireOf(import.meta.url);';

/**
 * Parts that no function of ours runs and that cost each cold start: zod's messages in fifty languages, the AWS
 * credential chain for developers' machines (a Lambda's credentials stand in its environment), and event streams,
 * which none of our AWS services speaks.
 */
const withoutUnusedParts: Plugin = {
  name: "without-unused-parts",
  setup(build) {
    build.onLoad({ filter: /zod[\\/]v4[\\/]locales[\\/]index\.js$/ }, ({ path }) => ({
      contents: 'export { default as en } from "./en.js";',
      resolveDir: dirname(path),
    }));
    build.onLoad({ filter: /credential-provider-node[\\/]dist-es[\\/]index\.js$/ }, ({ path }) => ({
      contents:
        'import { fromEnv } from "@aws-sdk/credential-provider-env"; export const defaultProvider = () => fromEnv();',
      resolveDir: dirname(path),
    }));
    build.onResolve({ filter: /^@smithy\/core\/event-streams$/ }, ({ path, kind }) =>
      kind === "dynamic-import" ? { path, external: true } : undefined,
    );
  },
};

/**
 * `import { z }` keeps all of zod, as `z` is an object; a namespace import keeps what is used, a half. And a schema that
 * nobody reads is left out, once it is said that making one does nothing else: a function makes a fourth fewer.
 */
const withZodInParts: Plugin = {
  name: "with-zod-in-parts",
  setup(build) {
    build.onLoad({ filter: /\.ts$/ }, async ({ path }) => {
      if (path.includes("node_modules")) return undefined;
      const source = await readFile(path, "utf8");
      return {
        contents: source
          .replace('import { z } from "zod"', 'import * as z from "zod"')
          .replace(/(?<![\w.$])z\.(?=[a-z])/g, "/* @__PURE__ */ z."),
        loader: "ts",
      };
    });
  },
};

/**
 * The AWS SDK checks base64 with a regular expression, which takes longer than decoding it: a sixth of the time
 * of a function that reads packed points. Node skips what is not base64, so a wrong length tells the same.
 */
const withFastBase64: Plugin = {
  name: "with-fast-base64",
  setup(build) {
    build.onLoad({ filter: /util-base64[\\/]fromBase64\.js$/ }, () => ({
      contents: `export const fromBase64 = (input) => {
        const bytes = Buffer.from(input, "base64");
        const padding = input.endsWith("==") ? 2 : input.endsWith("=") ? 1 : 0;
        if (bytes.length !== (input.length / 4) * 3 - padding) throw new TypeError("Invalid base64 string.");
        return new Uint8Array(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      };`,
    }));
  },
};

/** The forecaster's compiled code, packed into the files of a function that may forecast. */
const withForecaster: Plugin = {
  name: "with-forecaster",
  setup(build) {
    build.onLoad({ filter: /forecast-wasm\.ts$/ }, async () => {
      const code = await readFile(join(root, "node_modules", "@bsull", "augurs", "mstl_bg.wasm"));
      return {
        contents: `import { brotliDecompressSync } from "node:zlib";
          const packed = "${brotliCompressSync(code).toString("base64")}";
          export const forecastWasm = () => brotliDecompressSync(Buffer.from(packed, "base64"));`,
      };
    });
  },
};

/** The engine of linear regular expressions, asked for in words that a bundler understands. */
const withLinearRegex: Plugin = {
  name: "with-linear-regex",
  setup(build) {
    build.onLoad({ filter: /linear-regex\.ts$/ }, ({ path }) => ({
      contents: 'export const linearRegex = () => require("re2js").RE2JS;',
      resolveDir: dirname(path),
    }));
  },
};

function entryOf(name: string): string {
  return join(root, "functions", name, "handler.ts");
}

async function contentHash(names: readonly string[]): Promise<string> {
  const files = [join(root, "package.json"), join(root, "package-lock.json"), fileURLToPath(import.meta.url)];
  for (const folder of sourceFolders) {
    const entries = await readdir(join(root, folder), { recursive: true, withFileTypes: true });
    for (const entry of entries) if (entry.isFile()) files.push(join(entry.parentPath, entry.name));
  }
  const hash = createHash("sha256").update(JSON.stringify(names));
  const contents = await Promise.all(files.sort().map(async (file) => [file, await readFile(file)] as const));
  for (const [file, content] of contents) hash.update(relative(root, file)).update("\0").update(content);
  return hash.digest("hex").slice(0, 16);
}

/** Says again and again, until it is called, that a process may still load from these bundles. */
export function keepBundles(bundles: ReadonlyMap<string, string>): () => void {
  const builds = new Set([...bundles.values()].map((file) => dirname(dirname(file))));
  const marking = setInterval(() => void Promise.allSettled([...builds].map(markUsed)), unusedMs / 3);
  marking.unref();
  return () => clearInterval(marking);
}

async function markUsed(build: string): Promise<void> {
  const seconds = nowMs() / 1000;
  await utimes(build, seconds, seconds);
}

/** Of what nobody has used for an hour a few builds are kept, the newest. */
async function forgetOldBuilds(outDir: string, newest: string): Promise<void> {
  const builds = (await readdir(outDir, { withFileTypes: true })).filter((entry) => entry.isDirectory());
  const aged = await Promise.all(
    builds.map(async (entry) => {
      const path = join(outDir, entry.name);
      return { path, ms: (await stat(path)).mtimeMs };
    }),
  );
  const old = aged.sort((a, b) => b.ms - a.ms).slice(keptBuilds);
  await Promise.all(
    old
      .filter(({ path, ms }) => path !== newest && nowMs() - ms > unusedMs)
      .map(({ path }) => rm(path, { recursive: true, force: true })),
  );
}
