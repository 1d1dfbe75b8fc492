import { readdirSync, readFileSync } from "node:fs";
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

test("a deployment is gated by its environment", () => {
  const deploy = workflows.find(([file]) => file === "deploy.yml")?.[1];

  expect(deploy).toMatch(/^ {4}environment: \$\{\{ inputs\.environment \}\}$/m);
  expect(deploy).not.toMatch(/^ {2}(push|pull_request|schedule):/m);
});
