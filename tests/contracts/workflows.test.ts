import { execSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "@jest/globals";

const folder = new URL("../../.github/workflows/", import.meta.url);
const workflows = readdirSync(folder).map(
  (file) => [file, readFileSync(new URL(file, folder), "utf8")] as const,
);

describe.each(workflows)("%s", (_file, text) => {
  test("may read the code and nothing more, unless a job says so", () => {
    expect(text).toMatch(/^permissions:\n {2}contents: read\n(?! )/m);
    expect([...text.matchAll(/^\s+[\w-]+: write$/gm)].map(([line]) => line.trim())).toEqual(
      text.includes("configure-aws-credentials") ? ["id-token: write"] : [],
    );
  });

  test("uses actions of GitHub and AWS alone, at a major version", () => {
    const used = [...text.matchAll(/uses: (.+)$/gm)].map(([, action]) => action);

    expect(used.length).toBeGreaterThan(0);
    for (const action of used) expect(action).toMatch(/^(actions|aws-actions)\/[a-z-]+@v\d+$/);
  });

  test("leaves no token behind in the checkout, and runs no install script", () => {
    const checkouts = text.split("actions/checkout@").length - 1;

    expect(text.split("persist-credentials: false").length - 1).toBe(checkouts);
    for (const [line] of text.matchAll(/run: npm (ci|i|install)\b.*/g))
      expect(line).toContain("--ignore-scripts");
  });

  test("holds no long-lived key, and puts nobody's text into a shell", () => {
    expect(text).not.toMatch(/secrets\.|aws-secret-access-key|AWS_SECRET/);
    const shell = text.matchAll(/^ +(?:- )?run: (?:\|\n((?: {10}.*\n)+)|(.*)$)/gm);
    for (const [, lines, line] of shell) expect(lines ?? line).not.toContain("${{");
  });
});

interface Named {
  name?: string;
  version?: string;
}

describe("S-71: what the pipelines see to", () => {
  const textOf = (name: string) => workflows.find(([file]) => file === name)?.[1] ?? "";

  test("high vulnerabilities stop it, each week and before a dependency is taken in", () => {
    expect(textOf("sbom.yml")).toMatch(/^ {6}- run: npm audit --audit-level=high$/m);
    expect(textOf("sbom.yml")).toMatch(/^ {4}- cron: /m);
    expect(textOf("dependency-review.yml")).toMatch(/fail-on-severity: high/);
  });

  test("the bill of materials that each release carries names every package that is locked", () => {
    const command = /run: (npm sbom .*) > sbom\.cdx\.json/.exec(textOf("sbom.yml"))?.[1] ?? "";
    const root = fileURLToPath(new URL("../../", import.meta.url));
    const lock = JSON.parse(readFileSync(`${root}package-lock.json`, "utf8")).packages as Record<
      string,
      Named
    >;

    const bill = JSON.parse(execSync(command, { cwd: root, encoding: "utf8", stdio: "pipe" }));

    const listed = new Set((bill.components as Named[]).map(({ name, version }) => `${name}@${version}`));
    /** By the name a package is installed under, or its own where that is another. */
    const isListed = ([path, { name, version }]: [string, Named]) =>
      [name, path.replace(/^.*node_modules\//, "")].some((one) => listed.has(`${one}@${version}`));
    const locked = Object.entries(lock).filter(([path]) => path !== "");
    expect(bill).toMatchObject({ bomFormat: "CycloneDX", specVersion: expect.stringMatching(/^1\.[5-9]/) });
    expect(locked.length).toBeGreaterThan(300);
    expect(locked.filter((one) => !isListed(one))).toEqual([]);
  }, 60_000);

  test("a dependency is proposed when it is a week old, and not before", () => {
    const text = readFileSync(new URL("../../.github/dependabot.yml", import.meta.url), "utf8");
    const ecosystems = text.split("package-ecosystem: ").slice(1);

    expect(ecosystems.length).toBe(2);
    for (const one of ecosystems) expect(one).toMatch(/cooldown:\n {6}default-days: 7\n/);
  });
});

test("a deployment is gated by its environment", () => {
  const deploy = workflows.find(([file]) => file === "deploy.yml")?.[1];

  expect(deploy).toMatch(/^ {4}environment: \$\{\{ inputs\.environment \}\}$/m);
  expect(deploy).not.toMatch(/^ {2}(push|pull_request|schedule):/m);
});
