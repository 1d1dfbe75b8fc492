import { existsSync, readFileSync } from "node:fs";
import { unusedGrants } from "../../infra/local/unused-grants.ts";
import { topology } from "../../infra/topology/index.ts";
import { onLaptop } from "../../infra/topology/on-laptop.ts";

interface Run {
  testPathPatterns: { patterns: readonly string[] };
}

/** After the last test of a whole run: which grants no test needed. Part of the tests proves nothing about it. */
export default function reportGrants({ testPathPatterns }: Run): void {
  const file = process.env["GRANTS_USED"] ?? "";
  if (testPathPatterns.patterns.length > 0 || !existsSync(file)) return;
  const unused = unusedGrants(onLaptop(topology), readFileSync(file, "utf8").split("\n"));
  const list = unused.map((line) => `  ${line}`).join("\n");
  console.log(
    unused.length === 0
      ? "Every grant of the topology was used by a test."
      : `No test on the runtime used these grants; test what needs them, or take them out:\n${list}`,
  );
}
