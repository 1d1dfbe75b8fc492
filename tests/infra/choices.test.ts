import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { choicesTable, readChoices } from "../../infra/choices.ts";
import { type Resource, synthesize } from "./synth.ts";

const read = (given: Record<string, unknown>) => readChoices((name) => given[name]);
const certificateArn = "arn:aws:acm:us-east-1:123456789012:certificate/a1";

describe("choices", () => {
  test("what nobody chose is as the page says", () => {
    expect(read({})).toMatchObject({ metricStore: "timestream", removalPolicy: "retain", waf: false });
  });

  test("text from the command line serves as well as JSON", () => {
    const text = read({ waf: "true", logRetentionDays: "60", trustedAccounts: "123456789012,210987654321" });
    const json = read({ waf: true, logRetentionDays: 60, trustedAccounts: ["123456789012", "210987654321"] });

    expect(text).toEqual(json);
  });

  test.each([
    [{ metricStore: "influx" }, /metricStore: "influx".*"timestream"\|"dynamodb"/],
    [{ waf: "maybe" }, /waf: "maybe" will not do: true or false/],
    [{ logRetentionDays: "31" }, /logRetentionDays: "31".*one of 1, 3, 5/],
    [{ metricRetentionDays: "soon" }, /metricRetentionDays: "soon".*whole number of days/],
    [{ domainName: "https://x" }, /domainName: "https:\/\/x".*host name, as ops\.example\.com/],
    [{ domainName: "ops.example.com" }, /one needs the other/],
    [{ certificateArn: "arn:aws:acm:eu-west-1:123456789012:certificate/a" }, /in us-east-1/],
    [{ aiSecretArn: "sentinelops/ai" }, /aiSecretArn: "sentinelops\/ai".*the whole ARN of a secret/],
    [{ aiSecretArn: "arn:aws:secretsmanager:eu-west-1:123456789012:secret:ai" }, /six characters/],
    [{ alarmEmail: "nobody" }, /alarmEmail: "nobody".*an e-mail address/],
    [{ trustedAccounts: "12" }, /trustedAccounts: "12".*12-digit/],
    [{ activeRegion: "second" }, /second needs secondRegion/],
    [{ secondRegion: "us-west-2", domainName: "a.example", certificateArn }, /needs metricStore=dynamodb/],
    [{ secondRegion: "us-west-2", metricStore: "dynamodb" }, /needs domainName/],
    [{ emulator: "true", emulatorUrl: "http://127.0.0.1:4566" }, /has no Timestream/],
    [{ emulator: "true", metricStore: "dynamodb" }, /emulator and emulatorUrl: one needs the other/],
    [{ emulatorReaches: "127.0.0.1:80" }, /emulatorReaches: says nothing without emulator/],
  ])("%j is refused with what would be right", (given, expected) => {
    expect(() => read(given)).toThrow(expected);
  });

  test("all that is wrong is told at once", () => {
    expect(() => read({ waf: "maybe", metricStore: "influx" })).toThrow(/metricStore[\s\S]*waf/);
  });

  test("docs/deploy.md has the table that the schema tells", () => {
    expect(readFileSync(new URL("../../docs/deploy.md", import.meta.url), "utf8")).toContain(choicesTable());
  });
});

describe("what they change", () => {
  const all = (given: Record<string, string>): Resource[] => synthesize(given)["SentinelOps"] ?? [];
  const count = (resources: Resource[], type: RegExp) =>
    resources.filter(({ Type }) => type.test(Type)).length;
  const envOf = (resources: Resource[], name: string) =>
    resources.find(({ Properties }) => Properties?.Description === `SentinelOps ${name}`)?.Properties
      .Environment.Variables;

  test("metricStore=timestream brings its tables, and every function that asks for points knows", () => {
    const timestream = all({});
    const dynamodb = all({ metricStore: "dynamodb" });

    expect([count(timestream, /Timestream/), count(dynamodb, /Timestream/)]).toEqual([2, 0]);
    for (const name of ["metrics-write", "metrics-api", "alerts-evaluate", "alerts-tick", "alerts-api"]) {
      expect(envOf(timestream, name)).toMatchObject({
        METRIC_STORE: "timestream",
        METRIC_RETENTION_DAYS: "400",
      });
      expect(envOf(dynamodb, name)).toMatchObject({ METRIC_STORE: "dynamodb" });
    }
    expect(JSON.stringify(dynamodb)).not.toContain("timestream:");
  });

  test("removalPolicy=destroy lets everything go with the stack", () => {
    const destroyed = all({ removalPolicy: "destroy" });

    const kept = destroyed.filter(({ DeletionPolicy }) => DeletionPolicy === "Retain");
    expect(kept.filter(({ id }) => !/GatewayLogging|CurrentVersion/.test(id))).toEqual([]);
  });

  test("emulator=true leaves out what emulators lack, and all functions stay", () => {
    const emulatorUrl = "http://127.0.0.1:4566";
    const emulated = all({ emulator: "true", emulatorUrl, metricStore: "dynamodb" });

    expect(count(emulated, /CloudFront|Timestream|Backup|Budgets|Archive|S3|WAF|Route53/)).toBe(0);
    expect(count(emulated, /Lambda::Function/)).toBe(
      count(all({ metricStore: "dynamodb" }), /Lambda::Function/) - 1,
    );
  });

  test("provisionedConcurrency keeps what gateways call warm, and nothing else", () => {
    const warm = all({ provisionedConcurrency: "2" }).filter(({ Type }) => Type === "AWS::Lambda::Alias");

    expect(warm.length).toBeGreaterThan(0);
    for (const { id, Properties } of warm) {
      expect(id).toMatch(/api|session|people|keys|contract|health/);
      expect(Properties.ProvisionedConcurrencyConfig).toEqual({ ProvisionedConcurrentExecutions: 2 });
    }
  });

  test("reservedConcurrency=false reserves nothing, for accounts with a small quota", () => {
    expect(JSON.stringify(all({ reservedConcurrency: "false" }))).not.toContain(
      "ReservedConcurrentExecutions",
    );
  });
});
