import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { LambdaClient } from "@aws-sdk/client-lambda";
import { TimestreamWriteClient } from "@aws-sdk/client-timestream-write";
import { makeTableClient, TenantTable } from "../../shared/platform/aws/tenant-table.ts";
import { makeTenantStore } from "../../shared/tenancy/index.ts";
import { deploy } from "./deploy.ts";
import { type DeployRequest, readRequest, usage } from "./request.ts";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Runs one of the project's own programs by this Node, with its output shown; resolves to its exit code. */
function run(program: string, args: string[]): Promise<number> {
  const child = spawn(process.execPath, [join(root, program), ...args], { cwd: root, stdio: "inherit" });
  return new Promise((resolve, reject) => {
    child.on("error", reject);
    child.on("exit", (code) => resolve(code ?? 1));
  });
}

async function start(request: DeployRequest): Promise<number> {
  if (request.profile) process.env["AWS_PROFILE"] = request.profile;
  if (request.choices.firstRegion) process.env["AWS_REGION"] = request.choices.firstRegion;
  const dir = mkdtempSync(join(tmpdir(), "sentinelops-deploy-"));
  const outputsFile = join(dir, "outputs.json");
  try {
    return await deploy(request, {
      dynamodb: new DynamoDBClient(),
      timestream: new TimestreamWriteClient(),
      lambdaIn: (region) => new LambdaClient({ region }),
      cdk: (args) => run("node_modules/aws-cdk/bin/cdk", args),
      readOutputs: () => JSON.parse(readFileSync(outputsFile, "utf8")) as unknown,
      hasTenant: async (table) =>
        (await makeTenantStore(new TenantTable(makeTableClient(), table)).listTenantIds()).length > 0,
      makeTenant: (args) => run("infra/tenant/main.ts", args),
      outputsFile,
      say: (line) => console.log(line),
    });
  } finally {
    rmSync(dir, { recursive: true });
  }
}

try {
  const request = readRequest(process.argv.slice(2));
  if (request === "help") console.log(usage);
  else process.exitCode = await start(request);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
