import { expect, test } from "@jest/globals";
import { bundleFunctions } from "../../infra/bundle.ts";
import { packedKb } from "../support/packed-size.ts";

test("no function weighs more than 350 KB, gzip", async () => {
  const bundles = await bundleFunctions();

  const sizes = await Promise.all(
    [...bundles].map(async ([name, file]) => [name, await packedKb(file)] as const),
  );

  expect(sizes.filter(([, kb]) => kb > 350)).toEqual([]);
}, 60_000);
