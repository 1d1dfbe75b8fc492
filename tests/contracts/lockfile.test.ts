import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";

interface Locked {
  version?: string;
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
  resolved?: string;
  hasInstallScript?: boolean;
}
const read = (file: string) => JSON.parse(readFileSync(new URL(`../../${file}`, import.meta.url), "utf8"));
const locked = read("package-lock.json").packages as Record<string, Locked>;
const declared = read("package.json") as Record<string, Record<string, string>>;

/** Where node finds `name` from `path`: there or in a folder above. */
function find(path: string, name: string): Locked | undefined {
  const here = locked[`${path ? `${path}/` : ""}node_modules/${name}`];
  if (here || path === "") return here;
  return find(path.slice(0, Math.max(0, path.lastIndexOf("/node_modules/"))), name);
}

describe("the lock file", () => {
  test("names what every platform needs, so that npm ci works on each", () => {
    const missing = Object.entries(locked).flatMap(([path, one]) =>
      Object.keys({ ...one.dependencies, ...one.optionalDependencies })
        .filter((name) => !find(path, name))
        .map((name) => `${path} needs ${name}`),
    );

    expect(missing).toEqual([]);
  });

  test("holds every direct dependency at the version package.json says", () => {
    for (const kind of ["dependencies", "devDependencies", "optionalDependencies"]) {
      for (const [name, version] of Object.entries(declared[kind] ?? {})) {
        expect([name, locked[`node_modules/${name}`]?.version]).toEqual([name, version]);
      }
    }
  });

  test("S-71: names no registry, so that each installs from its own", () => {
    expect(Object.values(locked).filter((one) => one.resolved)).toEqual([]);
  });
});
