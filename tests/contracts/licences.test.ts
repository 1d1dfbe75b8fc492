import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";

interface Locked {
  dependencies?: Record<string, string>;
  license?: string;
  dev?: boolean;
  optional?: boolean;
  os?: string[];
  cpu?: string[];
  hasInstallScript?: boolean;
}
const root = new URL("../../", import.meta.url);
const json = (path: string) => JSON.parse(readFileSync(new URL(path, root), "utf8"));
const lock = json("package-lock.json").packages as Record<string, Locked>;
const locked = Object.entries(lock).filter(([path]) => path !== "");

/** What may ship in a Lambda bundle or the dashboard. */
const shipping = [
  "0BSD",
  "Apache-2.0",
  "BSD-2-Clause",
  "BSD-3-Clause",
  "BlueOak-1.0.0",
  "CC0-1.0",
  "ISC",
  "MIT",
  "Unlicense",
];
/** What may help to build and test besides, and never leaves this machine: its terms bind who passes it on. */
const building = [...shipping, "MPL-2.0", "CC-BY-4.0"];
/** Each has a prebuilt binary beside it, so that npm ci --ignore-scripts is enough. */
const withInstallScript = ["@parcel/watcher", "@swc/core", "classic-level", "esbuild"];

/** An SPDX expression without brackets inside: of an OR one must be allowed, of an AND all. */
function isAllowed(expression: string, allowed: readonly string[]): boolean {
  return expression
    .replace(/^\((.*)\)$/, "$1")
    .split(" OR ")
    .some((choice) => choice.split(" AND ").every((licence) => allowed.includes(licence)));
}

/** As the package itself says where it is installed; the lock file's word for other platforms' builds. */
function licenceOf(path: string, { license }: Locked): string | undefined {
  if (!existsSync(new URL(`${path}/package.json`, root))) return license;
  const own = json(`${path}/package.json`) as { license?: string | { type: string } };
  return typeof own.license === "object" ? own.license.type : own.license;
}

/** The dashboard's packages are built in, so package.json has them among what only builds. */
function isDashboards(): (path: string) => boolean {
  const folder = new URL("web/src/", root);
  const sources = readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => readFileSync(new URL(file, folder), "utf8"));
  const found = new Set<string>();
  const add = (name: string) => {
    if (found.has(name)) return;
    found.add(name);
    for (const one of Object.keys(lock[`node_modules/${name}`]?.dependencies ?? {})) add(one);
  };
  for (const [, name = ""] of sources.join("\n").matchAll(/from "((?:@[\w-]+\/)?[\w-]+)/g)) add(name);
  return (path) => found.has(nameOf(path));
}

const nameOf = (path: string) => path.slice(path.lastIndexOf("node_modules/") + "node_modules/".length);

describe("S-71 licences", () => {
  const inDashboard = isDashboards();
  const ships = ([path, one]: [string, Locked]) => !one.dev || inDashboard(path);

  test("the dashboard's own packages count as what ships", () => {
    const names = locked.filter(ships).map(([path]) => nameOf(path));

    expect(names).toEqual(
      expect.arrayContaining(["react", "scheduler", "@tanstack/query-core", "uplot", "zod"]),
    );
  });

  test.each([
    ["what ships", locked.filter(ships), shipping],
    ["what only builds and tests", locked.filter((one) => !ships(one)), building],
  ])("%s is under the ones allowed", (_what, packages, allowed) => {
    const refused = packages
      .map(([path, one]) => [path, licenceOf(path, one), one] as const)
      // A build for another platform, of which the lock file says nothing, goes with the package it is a build of.
      .filter(([, licence, one]) => licence !== undefined || !(one.optional && (one.os || one.cpu)))
      .filter(([, licence]) => licence === undefined || !isAllowed(licence, allowed))
      .map(([path, licence]) => `${nameOf(path)}: ${licence ?? "says none"}`);

    expect(refused).toEqual([]);
  });

  test.each([
    ["MIT", true],
    ["(MIT OR GPL-3.0-or-later)", true],
    ["Apache-2.0 AND MIT", true],
    ["MIT AND GPL-3.0-only", false],
    ["GPL-3.0-only OR AGPL-3.0-only", false],
    ["SEE LICENSE IN LICENSE", false],
    ["UNLICENSED", false],
  ])("%s is allowed: %s", (expression, allowed) => {
    expect(isAllowed(expression, shipping)).toBe(allowed);
  });
});

test("S-71: no package needs its install script, and none came to have one unseen", () => {
  const found = locked
    .filter(([, one]) => one.hasInstallScript && !(one.optional && one.os))
    .map(([path]) => nameOf(path));

  expect(found.sort()).toEqual(withInstallScript);
});
