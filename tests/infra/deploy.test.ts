import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";
import { DynamoDBClient, ListTablesCommand } from "@aws-sdk/client-dynamodb";
import {
  GetAccountSettingsCommand,
  GetFunctionConcurrencyCommand,
  LambdaClient,
  ListFunctionsCommand,
} from "@aws-sdk/client-lambda";
import { DescribeEndpointsCommand, TimestreamWriteClient } from "@aws-sdk/client-timestream-write";
import { beforeEach, describe, expect, test } from "@jest/globals";
import { mockClient } from "aws-sdk-client-mock";
import { type DeployParts, deploy } from "../../infra/deploy/deploy.ts";
import { type DeployRequest, readRequest } from "../../infra/deploy/request.ts";
import { topology } from "../../infra/topology/index.ts";
import { descriptionOf } from "../../infra/topology/row.ts";

const dynamodb = new DynamoDBClient({ region: "eu-west-1" });
const timestream = new TimestreamWriteClient({ region: "eu-west-1" });
const account = mockClient(dynamodb);
const liveAnalytics = mockClient(timestream);
const lambda = mockClient(LambdaClient);
beforeEach(() => {
  account.reset();
  liveAnalytics.reset();
  account.on(ListTablesCommand).resolves({ TableNames: [] });
  liveAnalytics.on(DescribeEndpointsCommand).resolves({ Endpoints: [] });
  lambda.reset();
  mayRun(1_000, 1_000);
});

/** So many functions at once in all, and so many that nothing is reserved of. */
function mayRun(inAll: number, unreserved: number): void {
  lambda.on(GetAccountSettingsCommand).resolves({
    AccountLimit: { ConcurrentExecutions: inAll, UnreservedConcurrentExecutions: unreserved },
  });
  lambda.on(ListFunctionsCommand).resolves({ Functions: [] });
}
const wanted = topology.reduce((sum, { maxAtOnce = 0 }) => sum + maxAtOnce, 0);

const outputs = {
  SentinelOps: {
    DashboardUrl: "https://d1.example",
    IngestUrl: "https://d1.example",
    TenancyTable: "SentinelOps-tenancy",
  },
};
const fault = (name: string, message: string) => Object.assign(new Error(message), { name });

async function run(args: string[], changes: Partial<DeployParts> = {}) {
  const commands: string[][] = [];
  const said: string[] = [];
  const tenants: string[][] = [];
  const code = await deploy(readRequest(args) as DeployRequest, {
    dynamodb,
    timestream,
    lambdaIn: (region) => new LambdaClient({ region }),
    cdk: async (command) => {
      commands.push(command);
      return 0;
    },
    readOutputs: () => outputs,
    hasTenant: async () => false,
    makeTenant: async (tenant) => {
      tenants.push(tenant);
      return 0;
    },
    outputsFile: "outputs.json",
    say: (line) => said.push(line),
    ...changes,
  });
  return { code, commands, tenants, said: said.join("\n") };
}

describe("npm run deploy", () => {
  test("bootstraps, deploys every stack, and hands over addresses and a first sign-in link", async () => {
    const { code, commands, tenants, said } = await run([
      "-c",
      "alarmEmail=ops@example.com",
      "--tenant",
      "Acme",
      "--require-approval",
      "never",
    ]);

    expect(code).toBe(0);
    expect(commands).toEqual([
      ["bootstrap", "-c", "alarmEmail=ops@example.com"],
      [
        ...["deploy", "--all", "--outputs-file", "outputs.json", "--require-approval", "never"],
        ...["-c", "alarmEmail=ops@example.com"],
      ],
    ]);
    expect(said).toMatch(/dashboard +https:\/\/d1\.example\ningest +https:\/\/d1\.example\/v1\/metrics/);
    expect(tenants).toEqual([
      ["--name", "Acme", "--table", "SentinelOps-tenancy", "--url", "https://d1.example"],
    ]);
  });

  test("the owner is named to the tenant, with the user pool where there is one", async () => {
    const withPool = { SentinelOps: { ...outputs.SentinelOps, UserPoolId: "eu-west-1_abc" } };

    const { tenants } = await run(["--owner", "ann@example.com"], { readOutputs: () => withPool });

    expect(tenants[0]?.slice(6)).toEqual(["--owner", "ann@example.com", "--user-pool", "eu-west-1_abc"]);
  });

  test("an upgrade makes no second tenant", async () => {
    const { code, tenants } = await run([], { hasTenant: async () => true });

    expect([code, tenants]).toEqual([0, []]);
  });

  test("credentials that may only deploy are told how the first tenant is made", async () => {
    const denied = { hasTenant: () => Promise.reject(fault("AccessDeniedException", "not authorized")) };

    const { code, said } = await run(["--tenant", "Acme Inc", "--no-bootstrap"], denied);

    expect(code).toBe(0);
    expect(said).toMatch(/npm run tenant -- --name "Acme Inc" --table SentinelOps-tenancy --url https:/);
  });

  test("an account that Timestream is closed to hears it in one sentence, before anything is made", async () => {
    const closed = "Only existing Timestream for LiveAnalytics customers can access the service.";
    liveAnalytics.on(DescribeEndpointsCommand).rejects(fault("AccessDeniedException", closed));

    const { code, commands, said } = await run([]);

    expect([code, commands]).toEqual([1, []]);
    expect(said).toMatch(/closed to this account.*-c metricStore=dynamodb instead, which works the same\.$/);
    expect(said.split("\n")).toHaveLength(1);
  });

  test("with metricStore=dynamodb Timestream is not asked", async () => {
    const { code } = await run(["-c", "metricStore=dynamodb"]);

    expect(code).toBe(0);
    expect(liveAnalytics.calls()).toHaveLength(0);
  });

  test.each([
    [
      "may not ask",
      fault("AccessDeniedException", "User: x is not authorized to perform: timestream:D"),
      /may not call timestream:DescribeEndpoints/,
    ],
    [
      "has no such region",
      fault("Error", "getaddrinfo ENOTFOUND ingest.timestream.x"),
      /does not answer in eu-west-1.*ENOTFOUND/,
    ],
  ])("credentials that %s are told so, and offered the other store", async (_case, error, expected) => {
    liveAnalytics.on(DescribeEndpointsCommand).rejects(error);

    const { code, said } = await run([]);

    expect(code).toBe(1);
    expect(said).toMatch(expected);
    expect(said).toMatch(/-c metricStore=dynamodb/);
  });

  test("an account with too small a Lambda quota hears it in one sentence, before anything is made", async () => {
    mayRun(wanted + 99, wanted + 99);

    const { code, commands, said } = await run(["-c", "metricStore=dynamodb"]);

    expect([code, commands]).toEqual([1, []]);
    expect(said).toMatch(/would leave 99 to all others.*deploy with -c reservedConcurrency=false, or ask/);
    expect(said).toContain(`a quota of ${wanted + 100} first.`);
    expect(said.split("\n")).toHaveLength(1);
  });

  test("a quota that leaves 100 will do, and with reservedConcurrency=false none is asked for", async () => {
    mayRun(wanted + 100, wanted + 100);
    expect((await run([])).code).toBe(0);

    mayRun(10, 10);
    lambda.resetHistory();
    expect((await run(["-c", "reservedConcurrency=false"])).code).toBe(0);
    expect(lambda.calls()).toHaveLength(0);
  });

  test("what an installation has reserved already is not wanted twice", async () => {
    mayRun(wanted + 100, 100);
    const reserving = topology.filter(({ maxAtOnce }) => maxAtOnce);
    lambda.on(ListFunctionsCommand).resolves({
      Functions: [
        { FunctionName: "somebody-elses", Description: "reserves for itself" },
        ...reserving.map((row) => ({ FunctionName: row.name, Description: descriptionOf(row) })),
      ],
    });
    for (const { name, maxAtOnce } of reserving) {
      lambda
        .on(GetFunctionConcurrencyCommand, { FunctionName: name })
        .resolves({ ReservedConcurrentExecutions: maxAtOnce });
    }

    expect((await run([])).code).toBe(0);
  });

  test("the second region's quota is asked too", async () => {
    const asked: string[] = [];
    const choices = ["metricStore=dynamodb", "secondRegion=us-west-2", "domainName=ops.example.com"];
    choices.push("certificateArn=arn:aws:acm:us-east-1:123456789012:certificate/a1");

    await run(
      choices.flatMap((choice) => ["-c", choice]),
      {
        lambdaIn: (region) => {
          asked.push(region);
          return new LambdaClient({ region });
        },
      },
    );

    expect(asked).toEqual(["eu-west-1", "us-west-2"]);
  });

  test("credentials that may not ask for the Lambda quota deploy, and are told what was not checked", async () => {
    lambda.on(GetAccountSettingsCommand).rejects(fault("AccessDeniedException", "not authorized to ask"));

    const { code, said } = await run([]);

    expect(code).toBe(0);
    expect(said).toMatch(/not authorized to ask.*-c reservedConcurrency=false/);
  });

  test.each([
    ["CredentialsProviderError", "Could not load credentials from any providers"],
    ["ExpiredTokenException", "The security token included in the request is expired"],
    ["UnrecognizedClientException", "The security token included in the request is invalid."],
  ])("%s stops it before anything is made", async (name, message) => {
    account.on(ListTablesCommand).rejects(fault(name, message));

    const { code, commands, said } = await run([]);

    expect([code, commands]).toEqual([1, []]);
    expect(said).toContain(message);
  });

  test("credentials that may not list tables are credentials all the same", async () => {
    account.on(ListTablesCommand).rejects(fault("AccessDeniedException", "not authorized to perform"));

    expect((await run([])).code).toBe(0);
  });

  test("without a region it says which setting is missing", async () => {
    const noRegion = new DynamoDBClient({
      region: (): Promise<string> => Promise.reject(new Error("Region is missing")),
    });

    const { code, said } = await run([], { dynamodb: noRegion });

    expect(code).toBe(1);
    expect(said).toMatch(/set AWS_REGION/);
  });

  test("what the CDK could not do is not told as done", async () => {
    const { code, said, tenants } = await run([], { cdk: async () => 3 });

    expect([code, tenants]).toEqual([3, []]);
    expect(said).not.toMatch(/dashboard/);
  });

  test("a wrong choice is refused with what would be right", () => {
    expect(() => readRequest(["-c", "metricStore=influx"])).toThrow(/"timestream"\|"dynamodb"/);
    expect(() => readRequest(["-c", "metricStore"])).toThrow(/name=value/);
    expect(() => readRequest(["--require-approval", "no"])).toThrow(/never, any-change or broadening/);
  });

  test("--help says how it is used", () => {
    const main = fileURLToPath(new URL("../../infra/deploy/main.ts", import.meta.url));

    expect(spawnSync(process.execPath, [main, "--help"], { encoding: "utf8" }).stdout).toMatch(
      /npm run deploy --/,
    );
  });
});
