import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { App, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { readChoices } from "../../infra/choices.ts";
import { ScheduledJob } from "../../infra/constructs/scheduled-job.ts";
import { functionEnv } from "../../infra/local/function-env.ts";
import { readSettings } from "../../infra/local/settings.ts";
import { RegionBase } from "../../infra/stacks/region-base.ts";
import { replicaArn } from "../../infra/stacks/standby-stack.ts";
import type { FunctionRow } from "../../infra/topology/row.ts";

const aiSecretArn = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:sentinelops/ai-Ab12Cd";
const trigger = { kind: "schedule", everyMinutes: 60 } as const;
const asking: FunctionRow = {
  name: "analysis-ask",
  trigger,
  tables: {},
  publishes: [],
  permissions: ["secret:ai"],
  memoryMb: 512,
  timeoutS: 30,
  impact: "nobody asks the model",
};
const silent: FunctionRow = { ...asking, name: "analysis-sleep", permissions: [] };

const code = mkdtempSync(join(tmpdir(), "sentinelops-ai-"));
writeFileSync(join(code, "handler.mjs"), "");
afterAll(() => rmSync(code, { recursive: true }));

/** The function of a row in an otherwise empty installation: its settings, and what it may read of secrets. */
function deployed(row: FunctionRow, secret?: string) {
  const stack = new Stack(new App(), "S");
  const choices = readChoices((name) => ({ metricStore: "dynamodb" })[name as "metricStore"]);
  const { key, bus, retryableApi, emailTopic, alarms, models } = new RegionBase(stack, "Base", {
    choices,
    installation: "S",
  });
  retryableApi.root.addMethod("GET");
  new ScheduledJob(stack, row.name, {
    row,
    trigger,
    platform: {
      ...{ choices, key, bus, retryableApi, emailTopic, alarms, models },
      tables: {} as never,
      dashboardUrl: "https://d.example",
      active: true,
      codeOf: () => code,
      ...(secret ? { aiSecretArn: secret } : {}),
    },
  });
  const template = Template.fromStack(stack);
  const [lambda] = Object.values(
    template.findResources("AWS::Lambda::Function", {
      Properties: { Description: `SentinelOps ${row.name}` },
    }),
  );
  const policies = JSON.stringify(template.findResources("AWS::IAM::Policy"));
  return {
    env: lambda?.["Properties"].Environment.Variables as Record<string, unknown>,
    mayRead: /"Action":"secretsmanager:GetSecretValue","Effect":"Allow","Resource":"([^"]+)"/.exec(
      policies,
    )?.[1],
    policies,
  };
}

test("S-67: a function that asks a model may read the one secret that was chosen, and no other function may", () => {
  const { env, mayRead } = deployed(asking, aiSecretArn);

  expect([env["AI_SECRET_ARN"], mayRead]).toEqual([aiSecretArn, aiSecretArn]);
  expect(deployed(silent, aiSecretArn).policies).not.toContain("secretsmanager");
});

test("without the choice nothing is granted and the function is told of no secret", () => {
  const { env, policies } = deployed(asking);

  expect(env).not.toHaveProperty("AI_SECRET_ARN");
  expect(policies).not.toContain("secretsmanager");
});

test("the standby reads the secret's replica in its own region", () => {
  expect(replicaArn(aiSecretArn, "us-west-2")).toBe(aiSecretArn.replace("eu-west-1", "us-west-2"));
});

const around = {
  ...{ url: "http://127.0.0.1:1", awsEndpoint: "http://127.0.0.1:2", tablesEndpoint: "http://127.0.0.1:3" },
  ...{ operatorKey: "key", queueUrlOf: (name: string) => name, outboundAllow: "" },
};

test("on a laptop a function that asks a model gets the provider's settings, and no other does", () => {
  const given = { AI_BASE_URL: "https://ai.example/v1", AI_MODEL: "large", AI_API_KEY: "secret" };
  const { ai } = readSettings({ ...given, AI_FAST_MODEL: "" });

  expect(ai).toEqual(given);
  expect(functionEnv(asking, { ...around, ai })).toMatchObject(given);
  expect(JSON.stringify(functionEnv(silent, { ...around, ai }))).not.toContain("AI_");
});

test("a laptop's provider needs an address and a model, and without an address there is none", () => {
  expect(() => readSettings({ AI_BASE_URL: "ai.example" })).toThrow(/AI_BASE_URL must be an address/);
  expect(() => readSettings({ AI_BASE_URL: "https://ai.example" })).toThrow(/AI_MODEL: .* name of a model/);
  expect(readSettings({ AI_API_KEY: "left over" }).ai).toEqual({});
});
