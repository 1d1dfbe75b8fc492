import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { topology } from "../topology/index.ts";
import { eventPages } from "./event-pages.ts";
import { type OtherPage, operationsIndex } from "./operations-index.ts";
import { permissionsPage } from "./permissions-page.ts";

const usage = `Writes events/README.md, docs/operations/README.md and docs/permissions.md from the catalog, the topology and
the table of permissions.

  npm run docs              writes them
  npm run docs -- --check   says whether they are up to date, and changes nothing`;

const root = new URL("../../", import.meta.url);
const { values } = parseArgs({ options: { check: { type: "boolean" }, help: { type: "boolean" } } });

if (values.help) {
  console.log(usage);
} else {
  write("events/README.md", eventPages(topology));
  write("docs/operations/README.md", operationsIndex(topology, otherPages()));
  write("docs/permissions.md", permissionsPage());
}

function write(path: string, text: string): void {
  const target = new URL(path, root);
  if (!values.check) {
    writeFileSync(target, text);
    console.log(`${path} is written.`);
  } else if (existsSync(target) && readFileSync(target, "utf8") === text) {
    console.log(`${path} is up to date.`);
  } else {
    console.error(`${path} is out of date; run: npm run docs`);
    process.exitCode = 1;
  }
}

/** The pages by hand that no row of the topology has. */
function otherPages(): OtherPage[] {
  const folder = new URL("docs/operations/", root);
  const own = new Set([...topology.map(({ name }) => `${name}.md`), "README.md"]);
  return readdirSync(folder)
    .filter((file) => file.endsWith(".md") && !own.has(file))
    .sort()
    .map((file) => ({
      file,
      title: /^# (.+)$/m.exec(readFileSync(new URL(file, folder), "utf8"))?.[1] ?? file,
    }));
}
