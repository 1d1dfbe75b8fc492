import { spawnSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "@jest/globals";
import { eventTypes } from "../../events/catalog.ts";
import { eventPages } from "../../infra/docs/event-pages.ts";
import { ownRulePattern } from "../../infra/docs/event-rules.ts";
import { compilePattern } from "../../infra/local/bus/pattern.ts";
import { topology } from "../../infra/topology/index.ts";
import { readSamples } from "./read-samples.ts";

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

test("each event's ready rule matches its sample, and no other event's", () => {
  const samples = readSamples();
  for (const type of eventTypes) {
    const matches = compilePattern(ownRulePattern(type));
    const matched = [...samples].filter(([name, detail]) =>
      matches({ source: "sentinelops.test", "detail-type": name, detail }),
    );

    expect(matched.map(([name]) => name)).toEqual([type]);
    expect(matches({ source: "aws.health", "detail-type": type, detail: samples.get(type) })).toBe(false);
  }
});
