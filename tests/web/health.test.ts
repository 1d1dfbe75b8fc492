import { describe, expect, test } from "@jest/globals";
import { type FunctionNumbers, gravestFirst, judge } from "../../web/src/features/platform/judge.ts";
import { readMarkdown } from "../../web/src/features/platform/markdown.ts";

function someNumbers(changes: Partial<FunctionNumbers> = {}): FunctionNumbers {
  return {
    name: "shop-sell",
    handled: 100,
    failed: 0,
    waiting: 0,
    oldestS: 0,
    parked: 0,
    p95Ms: 12,
    p95s: [12],
    ...changes,
  };
}

describe("how a function does", () => {
  test.each([
    ["working", {}],
    ["quiet", { handled: 0 }],
    ["quiet", { handled: 0, waiting: null, oldestS: null, parked: null, p95Ms: null }],
    ["unsteady", { failed: 1 }],
    ["failing", { failed: 10 }],
    ["failing", { handled: 0, failed: 1 }],
    ["working", { oldestS: 300 }],
    ["backlog", { oldestS: 301 }],
    ["failing", { oldestS: 301, failed: 50 }],
    ["parked", { parked: 1, failed: 50 }],
  ] as const)("is %s with %j", (state, changes) => {
    expect(judge(someNumbers(changes))).toBe(state);
  });

  test("the gravest comes first, then by name", () => {
    const all = [
      someNumbers({ name: "b" }),
      someNumbers({ name: "a" }),
      someNumbers({ name: "z", parked: 1 }),
      someNumbers({ name: "y", failed: 60 }),
    ];

    expect(all.sort(gravestFirst).map(({ name }) => name)).toEqual(["z", "y", "a", "b"]);
  });
});

describe("the pages of docs/operations", () => {
  test("are read with lists, code, tables and links", () => {
    const blocks = readMarkdown(
      [
        "See `x`, **at once**, [there](a.md).",
        "",
        "## crashes",
        "1. one",
        "2. two",
        "",
        "- three",
        "",
        "```sh",
        "npm run a",
        "```",
        "",
        "| a | b |",
        "|---|---|",
        "| 1 | `2` |",
      ].join("\n"),
    );

    expect(blocks.map(({ kind }) => kind)).toEqual([
      "paragraph",
      "heading",
      "steps",
      "bullets",
      "code",
      "table",
    ]);
    expect(blocks[0]).toMatchObject({
      inline: [
        { kind: "text", text: "See " },
        { kind: "code", text: "x" },
        { kind: "text" },
        { kind: "strong", text: "at once" },
        { kind: "text" },
        { kind: "link", text: "there", to: "a.md" },
        { kind: "text", text: "." },
      ],
    });
    expect(blocks[4]).toEqual({ kind: "code", text: "npm run a" });
    expect(blocks[5]).toMatchObject({ rows: [[[{ text: "1" }], [{ kind: "code", text: "2" }]]] });
  });
});
