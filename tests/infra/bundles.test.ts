import { existsSync } from "node:fs";
import { mkdtemp, rm, utimes } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { bundleFunctions } from "../../infra/bundle.ts";
import { packedKb } from "../support/packed-size.ts";

test("no function weighs more than 350 KB, gzip", async () => {
  const bundles = await bundleFunctions();

  const sizes = await Promise.all(
    [...bundles].map(async ([name, file]) => [name, await packedKb(file)] as const),
  );

  expect(sizes.filter(([, kb]) => kb > 350)).toEqual([]);
}, 60_000);

const names = [
  "platform-outbox",
  "audit-append",
  "audit-api",
  "incidents-note",
  "realtime-push",
  "realtime-connect",
];
let outDir: string;
beforeAll(async () => {
  outDir = await mkdtemp(join(tmpdir(), "sentinelops-builds-"));
});
afterAll(() => rm(outDir, { recursive: true, force: true }));

async function build(name: string): Promise<string> {
  const bundles = await bundleFunctions({ names: [name], outDir });
  return bundles.get(name) ?? "";
}

test("what was used within the hour is there to load from, however much is built meanwhile", async () => {
  const built = [];
  for (const name of names) built.push(await build(name));

  expect(built.filter(existsSync)).toEqual(built);
}, 60_000);

test("of what nobody has used for an hour the newest are kept", async () => {
  const built = await Promise.all(names.map(build));
  const longAgoS = Date.now() / 1000 - 7_200;
  for (const [i, file] of built.entries()) await utimes(dirname(dirname(file)), longAgoS + i, longAgoS + i);

  await build("tenancy-keys");

  expect(built.map(existsSync)).toEqual([false, false, false, true, true, true]);
}, 60_000);
