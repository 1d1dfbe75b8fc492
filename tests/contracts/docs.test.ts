import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "@jest/globals";
import { eventPages } from "../../infra/docs/event-pages.ts";
import { topology } from "../../infra/topology/index.ts";

const main = fileURLToPath(new URL("../../infra/docs/main.ts", import.meta.url));
const page = readFileSync(new URL("../../events/README.md", import.meta.url), "utf8");

test("the generated pages are what the catalog and the topology say (npm run docs writes them)", () => {
  const { status, stderr } = spawnSync(process.execPath, [main, "--check"], { encoding: "utf8" });

  expect(page).toBe(eventPages(topology));
  expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
});

test("a row that changes makes the page stale", () => {
  const [first, ...rest] = topology;
  if (!first) throw new Error("the topology is empty");

  expect(eventPages([{ ...first, publishes: ["alert.fired.v1"] }, ...rest])).not.toBe(page);
});
