import { readdirSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { beforeAll, describe, expect, test } from "@jest/globals";
import { build } from "esbuild";
import { bundleFunctions } from "../../infra/bundle.ts";
import { topology } from "../../infra/topology/index.ts";
import { buildDashboard } from "../support/built-dashboard.ts";

const root = join(import.meta.dirname, "../..");
const lock = JSON.parse(readFileSync(join(root, "package-lock.json"), "utf8")).packages as Record<
  string,
  { dev?: boolean } | undefined
>;

const filesIn = (folder: string) =>
  readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name));

/** Files that are source maps, carry one, or lead to one. */
const withMaps = (files: readonly string[]) =>
  files.filter(
    (file) => file.endsWith(".map") || /[#@] sourceMappingURL=\S/.test(readFileSync(file, "utf8")),
  );

describe("S-71: what is uploaded", () => {
  let functions: string[];
  beforeAll(async () => {
    const handlers = [...(await bundleFunctions()).values()];
    functions = handlers.flatMap((handler) => filesIn(join(handler, "..")));
  }, 120_000);

  test("holds no source map in any function, nor in the dashboard", async () => {
    const dashboard = await buildDashboard();

    expect(functions.length).toBeGreaterThanOrEqual(topology.length);
    expect(withMaps(functions)).toEqual([]);
    expect(withMaps(filesIn(dashboard))).toEqual([]);
    rmSync(dashboard, { recursive: true });
  }, 60_000);

  test("names no folder of the machine it was made on", () => {
    expect(functions.filter((file) => readFileSync(file, "utf8").includes(root))).toEqual([]);
  });

  test("holds of other packages those that a function needs to run, and none that only builds and tests", async () => {
    const { metafile } = await build({
      entryPoints: topology.map(({ name }) => join(root, "functions", name, "handler.ts")),
      absWorkingDir: root,
      bundle: true,
      write: false,
      outdir: "unwritten",
      platform: "node",
      format: "esm",
      splitting: true,
      metafile: true,
      logLevel: "error",
    });
    const packages = new Set(
      Object.keys(metafile.inputs).flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path) ?? []),
    );

    expect(packages.size).toBeGreaterThan(20);
    expect([...packages].filter((path) => lock[path] === undefined || lock[path].dev)).toEqual([]);
  }, 60_000);
});
