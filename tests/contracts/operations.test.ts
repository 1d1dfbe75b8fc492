import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { topology } from "../../infra/topology/index.ts";
import { alarmKindsOf, runbookPath } from "../../infra/topology/runbook.ts";

const root = new URL("../../", import.meta.url);
const folder = new URL("docs/operations/", root);
const files = readdirSync(folder).filter((file) => file.endsWith(".md"));
const read = (path: string) => readFileSync(new URL(path, root), "utf8");
const names = topology.map((row) => row.name);

describe.each(topology.map((row) => [row.name, row] as const))("the page of %s", (name, row) => {
  const page = () => read(runbookPath(row));

  test("begins with the sentence its alarms show, and names the function", () => {
    expect(page().split("\n")[0]).toBe(`# ${row.impact}`);
    expect(page()).toContain(`\`${name}\``);
  });

  test("says what to look at, and what to do for each of its alarms", () => {
    const parts = [...page().matchAll(/^## (.+)$/gm)].map(([, part]) => part);

    expect(parts).toEqual(alarmKindsOf(row.trigger));
    expect(page()).toMatch(/^Look at$/m);
  });
});

describe.each(files)("docs/operations/%s", (file) => {
  const page = read(`docs/operations/${file}`);

  test("names no function that is not there", () => {
    const said = [...page.matchAll(/npm run ops -- (?:status|dlq \w+) ([a-z-]+)|--only ([a-z-]+)/g)].map(
      ([, first, second]) => first ?? second,
    );

    for (const name of said) expect(names).toContain(name);
  });

  test("links to pages that are there", () => {
    const linked = [...page.matchAll(/\]\(([\w-]+\.md)/g)].map(([, target]) => target);

    for (const target of linked) expect(files).toContain(target);
  });
});

test("every page is a function's, or is linked from the index", () => {
  const index = read("docs/operations/README.md");

  for (const file of files) if (file !== "README.md") expect(index).toContain(`(${file}`);
});

test("what the pages quote from the log stands in the code", () => {
  const code = ["shared", "functions"]
    .flatMap((part) =>
      readdirSync(new URL(`${part}/`, root), { recursive: true, withFileTypes: true }).filter(({ name }) =>
        name.endsWith(".ts"),
      ),
    )
    .map((entry) => readFileSync(`${entry.parentPath}/${entry.name}`, "utf8"))
    .join("\n");
  const quoted = names.flatMap((name) =>
    [...read(`docs/operations/${name}.md`).matchAll(/`([a-z][a-z',:]* [a-z',: ]+)`/g)].map(
      ([, text]) => text ?? "",
    ),
  );

  expect(quoted.length).toBeGreaterThan(10);
  expect(quoted.filter((text) => !code.includes(`"${text}"`))).toEqual([]);
});
