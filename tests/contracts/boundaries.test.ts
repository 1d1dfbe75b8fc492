import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";

const root = new URL("../../", import.meta.url);

function sourcesIn(folder: string): { path: string; text: string }[] {
  return readdirSync(new URL(`${folder}/`, root), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
    .map((entry) => {
      const path = `${entry.parentPath}/${entry.name}`;
      return { path: path.slice(root.pathname.length).replace(/^\/+/, ""), text: readFileSync(path, "utf8") };
    });
}

const backEnd = ["events", "shared", "functions"].flatMap(sourcesIn);
const breaking = (rule: (text: string) => boolean, allowed: RegExp) =>
  backEnd.filter(({ path, text }) => rule(text) && !allowed.test(path)).map(({ path }) => path);

describe("boundaries that import rules cannot see", () => {
  test("S-04: DynamoDB is spoken to by the one module that adds the tenant", () => {
    const speaks = (text: string) => /@aws-sdk\/(client|lib)-dynamodb/.test(text);

    expect(breaking(speaks, /^shared\/platform\/aws\/(tenant-)?table/)).toEqual([]);
  });

  test("keys with a tenant in them are built in that module too", () => {
    expect(breaking((text) => text.includes("TENANT#"), /^shared\/platform\/aws\/(tenant-)?table/)).toEqual(
      [],
    );
  });

  test("S-26: who calls out goes through the guarded fetch, or to the sign-in provider through the small one", () => {
    const calls = (text: string) => /\bfetch\(|from "(node:)?(https?|http2|net|tls|undici)"/.test(text);

    expect(breaking(calls, /^shared\/(platform\/net\/|tenancy\/sign-in\/small-fetch\.ts$)/)).toEqual([]);
  });

  test("the environment is read on cold start, in services.ts", () => {
    const reads = (text: string) => text.includes("process.env");

    expect(breaking(reads, /\/services\.ts$|^shared\/platform\/(env|lambda\/cold-start)\.ts$/)).toEqual([]);
  });

  test("the wall clock is read in one place", () => {
    const reads = (text: string) => /Date\.now\(\)|new Date\(\)/.test(text);

    expect(breaking(reads, /^shared\/platform\/clock\.ts$/)).toEqual([]);
  });
});
