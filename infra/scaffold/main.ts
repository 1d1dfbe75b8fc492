import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { runbookPath } from "../topology/runbook.ts";
import { addRouteAccess, addRow, addTopologyFile, newTopologyFile } from "./edits.ts";
import { type FunctionRequest, readRequest, usage } from "./request.ts";
import { functionFiles, operationsPage, rowText } from "./templates.ts";

const root = join(dirname(fileURLToPath(import.meta.url)), "..", "..");

try {
  const request = readRequest(process.argv.slice(2));
  if (request === "help") console.log(usage);
  else make(request);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}

function make(request: FunctionRequest): void {
  const { name, domain, trigger } = request;
  if (existsSync(join(root, "functions", name))) throw new Error(`functions/${name} is there already.`);
  const written = { ...functionFiles(request), [runbookPath(request)]: operationsPage(request) };
  const topology = `infra/topology/${domain}.ts`;
  if (existsSync(join(root, topology))) {
    written[topology] = addRow(read(topology), rowText(request));
  } else {
    written[topology] = newTopologyFile(domain, rowText(request));
    written["infra/topology/index.ts"] = addTopologyFile(read("infra/topology/index.ts"), domain);
  }
  if (trigger.kind === "http") {
    const permissions = "shared/tenancy/permissions.ts";
    written[permissions] = addRouteAccess(read(permissions), trigger.route);
  }
  for (const [path, text] of Object.entries(written)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), text);
  }
  run("node_modules/@biomejs/biome/bin/biome", ["format", "--write", ...Object.keys(written)]);
  run("infra/docs/main.ts", []);
  console.log(
    `Written:\n${Object.keys(written)
      .map((path) => `  ${path}`)
      .join("\n")}`,
  );
  console.log(
    `Now say in ${topology} what a user loses without it (impact), in ${runbookPath(request)} what to do then, and: npm test -- ${name} tests/contracts`,
  );
}

function read(path: string): string {
  return readFileSync(join(root, path), "utf8");
}

function run(script: string, args: string[]): void {
  const { status, stderr } = spawnSync(process.execPath, [join(root, script), ...args], {
    cwd: root,
    encoding: "utf8",
  });
  if (status !== 0) throw new Error(`${script} failed: ${stderr}`);
}
