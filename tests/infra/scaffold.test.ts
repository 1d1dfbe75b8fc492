import { spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { readRequest } from "../../infra/scaffold/request.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));
const made = ["reports-send", "alerts-digest", "reports-api"];
let copy: string;

beforeAll(() => {
  copy = mkdtempSync(join(tmpdir(), "sentinelops-scaffold-"));
  for (const path of [
    "infra",
    "functions",
    "shared",
    "events",
    "tests",
    "package.json",
    "tsconfig.json",
    "biome.json",
    "jest.config.js",
    ".gitignore",
  ]) {
    cpSync(join(root, path), join(copy, path), { recursive: true });
  }
  symlinkSync(join(root, "node_modules"), join(copy, "node_modules"));
});
afterAll(() => rmSync(copy, { recursive: true }));

const run = (file: string, args: string[]) => spawnSync(file, args, { cwd: copy, encoding: "utf8" });
const scaffold = (...args: string[]) => run(process.execPath, ["infra/scaffold/main.ts", ...args]);

test("a schedule, a consumer and a route are made, and hold at once", () => {
  const outcomes = [
    scaffold("function", "reports-send", "--every", "60"),
    scaffold("function", "alerts-digest", "--on", "incident.opened.v1"),
    scaffold("function", "reports-api", "--route", "GET /api/reports/{id}"),
  ];

  expect(outcomes.map(({ stderr }) => stderr)).toEqual(["", "", ""]);
  expect(readFileSync(join(copy, "infra/topology/index.ts"), "utf8")).toContain("...reports,");
  expect(readFileSync(join(copy, "shared/tenancy/permissions.ts"), "utf8")).toContain(
    '"GET /api/reports/{id}": "read"',
  );
  expect(readFileSync(join(copy, "events/README.md"), "utf8")).toContain("alerts-digest");
  expect(readFileSync(join(copy, "docs/operations/README.md"), "utf8")).toContain(
    "(alerts-digest.md#parked)",
  );
  expect(readFileSync(join(copy, "docs/operations/reports-send.md"), "utf8")).toContain("## parked");

  writeFileSync(
    join(copy, "tsconfig.made.json"),
    JSON.stringify({
      extends: "./tsconfig.json",
      include: [
        "infra/topology",
        ...made.flatMap((name) => [`functions/${name}`, `tests/functions/${name}.test.ts`]),
      ],
    }),
  );
  expect(run("node_modules/.bin/tsc", ["-p", "tsconfig.made.json"]).stdout).toBe("");
  const paths = made.flatMap((name) => [`functions/${name}`, `tests/functions/${name}.test.ts`]);
  const biome = ["node_modules/@biomejs/biome/bin/biome", "check", "--vcs-enabled=false", ...paths];
  expect(run(process.execPath, biome)).toMatchObject({ status: 0 });
  const jest = [
    "--experimental-vm-modules",
    "node_modules/jest/bin/jest.js",
    ...made,
    "tests/contracts/docs",
  ];
  const tests = run(process.execPath, jest);
  expect(tests.stderr).toContain("4 passed, 4 total");
});

test("a function that is there already is left alone", () => {
  const { status, stderr } = scaffold("function", "platform-outbox");

  expect(status).toBe(1);
  expect(stderr).toMatch(/is there already/);
  expect(existsSync(join(copy, "functions/platform-outbox/routes.ts"))).toBe(false);
});

describe("what cannot be made is refused with what would be right", () => {
  test.each([
    [["function", "alertEvaluator"], /<domain>-<job>.*alerts-evaluate/],
    [["function", "alerts"], /<domain>-<job>/],
    [["function", "Alerts-Evaluate"], /lower case/],
    [["function", "alerts-helpers"], /says nothing of the job/],
    [["function", "../x-y"], /no function name/],
    [["function"], /one name/],
    [["table", "alerts-x"], /"table" cannot be made/],
    [["function", "a-b", "--on", "alert.exploded.v1"], /has no event.*alert\.fired\.v1/],
    [["function", "a-b", "--route", "FETCH /api/x"], /is no route/],
    [["function", "a-b", "--route", "GET /x"], /is no route/],
    [["function", "a-b", "--every", "0"], /1 to 1440/],
    [["function", "a-b", "--every", "5", "--on", "alert.fired.v1"], /one trigger/],
  ])("%j", (args, message) => {
    expect(() => readRequest(args)).toThrow(message);
  });

  test("without a word, or with --help, it says how it is used", () => {
    expect(readRequest([])).toBe("help");
    expect(readRequest(["--help"])).toBe("help");
  });
});
