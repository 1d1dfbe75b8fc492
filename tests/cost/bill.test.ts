import { describe, expect, test } from "@jest/globals";
import { billOf } from "../../infra/cost/bill.ts";
import { copiesKept, scheduledUses, standingUses, watchUses } from "../../infra/cost/idle.ts";
import { elsewhere, pointsAMonth } from "../../infra/cost/others.ts";
import { readPrices } from "../../infra/cost/prices.ts";
import { between, usesOf } from "../../infra/cost/uses.ts";
import type { FunctionRow } from "../../infra/topology/row.ts";

const prices = readPrices();
const row: FunctionRow = {
  name: "shop-sell",
  trigger: { kind: "schedule", everyMinutes: 5 },
  tables: { alerts: "readWrite" },
  publishes: [],
  memoryMb: 512,
  timeoutS: 10,
  impact: "nothing is sold",
};
const installation = { topology: [row], copies: new Map<string, number>() };

test("every price names its page, and the file its date", () => {
  for (const { source } of Object.values(prices.charges)) expect(source).toMatch(/Pricing/);
  expect(prices.asOf).toMatch(/^\d{4}-\d{2}$/);
});

describe("a bill", () => {
  test("prices each use, the dearest first, and scales a sample", () => {
    const bill = billOf(
      [
        { charge: "tableReads", by: "alerts", quantity: 8 },
        { charge: "tableWrites", by: "alerts", quantity: 4 },
        { charge: "secrets", by: "none", quantity: 0 },
      ],
      prices,
      1e6,
    );

    expect(bill.lines.map(({ charge, usd }) => [charge, usd])).toEqual([
      ["tableWrites", 2.5],
      ["tableReads", 1],
    ]);
    expect(bill.usd).toBeCloseTo(3.5);
  });

  test("takes what is free from a charge once, however many lines it has", () => {
    const bill = billOf(
      ["one queue", "another"].map((by) => ({ charge: "queueRequests", by, quantity: 1e6 }) as const),
      prices,
    );

    expect(bill.usd).toBeCloseTo(0.8);
    expect(bill.usdAfterFree).toBeCloseTo(0.4);
  });
});

describe("what was counted", () => {
  test("a function with less than a processor is billed for working longer, not for waiting longer", () => {
    const uses = usesOf(
      [
        { measure: "runMs", of: row.name, amount: 3_000 },
        { measure: "workMs", of: row.name, amount: 1_000 },
      ],
      installation,
    );

    const { quantity } = uses.find(({ charge }) => charge === "lambdaGbSeconds") ?? { quantity: 0 };
    expect(quantity).toBeCloseTo((2 + 1769 / 512) * 0.5);
  });

  test("a table costs as many times its size as copies of it are kept", () => {
    const readings = [
      { measure: "tableByteDays", of: "alerts", amount: 30e9 },
      { measure: "tableByteDays", of: "metrics", amount: 60e9 },
    ] as const;
    const months = (charge: string) =>
      usesOf(readings, {
        ...installation,
        copies: new Map([
          ["alerts", 35],
          ["metrics", 5],
        ]),
      }).find((use) => use.charge === charge)?.quantity;

    expect(months("tableGbMonths")).toBeCloseTo(3);
    expect(months("backupGbMonths")).toBeCloseTo(35 + 2 * 5);
  });

  test("readings before the work are not of the work", () => {
    const before = [{ measure: "invocations", of: "a", amount: 2 }] as const;
    const after = [
      { measure: "invocations", of: "a", amount: 5 },
      { measure: "invocations", of: "b", amount: 1 },
    ] as const;

    expect(between(before, after).map(({ of, amount }) => [of, amount])).toEqual([
      ["a", 3],
      ["b", 1],
    ]);
  });
});

describe("an idle month", () => {
  const resources = [
    { Type: "AWS::CloudWatch::Alarm" },
    { Type: "AWS::CloudWatch::Alarm" },
    { Type: "AWS::Lambda::EventSourceMapping" },
    {
      Type: "AWS::Backup::BackupSelection",
      Properties: {
        BackupSelection: {
          SelectionName: "daily",
          Resources: [{ "Fn::GetAtt": ["Tablealerts1A2B", "Arn"] }],
        },
      },
    },
    {
      Type: "AWS::Backup::BackupSelection",
      Properties: {
        BackupSelection: {
          SelectionName: "weekly",
          Resources: [{ "Fn::GetAtt": ["Tablemetrics1A2B", "Arn"] }],
        },
      },
    },
  ];

  test("counts what stands in the templates, and the pollers of a queue nobody writes to", () => {
    const uses = standingUses(resources);

    expect(uses.find(({ charge }) => charge === "alarms")?.quantity).toBe(2);
    expect(uses.find(({ charge }) => charge === "queueRequests")?.quantity).toBe(648_000);
    expect([...copiesKept(resources)]).toEqual([
      ["alerts", 35],
      ["metrics", 5],
    ]);
  });

  test("has the metrics in it that are asked for to show our own health", () => {
    const watch = {
      ...row,
      name: "platform-watch",
      trigger: { kind: "schedule", everyMinutes: 15 },
    } as const;

    const [read] = watchUses([row, watch]);

    expect(read).toMatchObject({ charge: "metricsRead", quantity: 2_880 * 2 * 3 });
    expect(watchUses([row])).toEqual([]);
  });

  test("runs a schedule as often as its row says", () => {
    const uses = scheduledUses(
      [row],
      new Map([[row.name, [{ charge: "tableReads", by: "alerts", quantity: 3 }]]]),
    );

    expect(uses.find(({ charge }) => charge === "scheduledRuns")?.quantity).toBe(8_640);
    expect(uses.find(({ charge }) => charge === "tableReads")).toMatchObject({
      by: "shop-sell: alerts",
      quantity: 25_920,
    });
  });
});

test("elsewhere the same points cost by series, or by the points beyond those a series includes", () => {
  const [cloudWatch, grafana] = prices.others.map(elsewhere);

  expect(pointsAMonth).toBe(172_800_000);
  expect(cloudWatch?.monthUsd).toBeCloseTo(300 + 1.728);
  expect(grafana?.monthUsd).toBeCloseTo(4 * 6.5);
});
