import { readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { topology } from "../topology/index.ts";
import { eventPages } from "./event-pages.ts";

const usage = `Writes events/README.md from the catalog and the topology.

  npm run docs              writes it
  npm run docs -- --check   says whether it is up to date, and changes nothing`;

const target = new URL("../../events/README.md", import.meta.url);
const { values } = parseArgs({ options: { check: { type: "boolean" }, help: { type: "boolean" } } });

if (values.help) {
  console.log(usage);
} else if (!values.check) {
  writeFileSync(target, eventPages(topology));
  console.log("events/README.md is written.");
} else if (readFileSync(target, "utf8") === eventPages(topology)) {
  console.log("events/README.md is up to date.");
} else {
  console.error("events/README.md is out of date; run: npm run docs");
  process.exitCode = 1;
}
