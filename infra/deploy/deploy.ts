import { z } from "zod";
import { installationName } from "../installation-name.ts";
import { type AccountClients, checkAccount } from "./check-account.ts";
import type { DeployRequest } from "./request.ts";

export interface DeployParts extends AccountClients {
  /** Runs the CDK's own command; resolves to its exit code. */
  cdk(args: string[]): Promise<number>;
  /** What the CDK wrote of the stacks' outputs. */
  readOutputs(): unknown;
  /** Whether the installation has a tenant already; rejects where these credentials may not look. */
  hasTenant(table: string): Promise<boolean>;
  /** Makes a tenant and prints its keys and sign-in link: `npm run tenant`. */
  makeTenant(args: string[]): Promise<number>;
  outputsFile: string;
  say(line: string): void;
}

const Outputs = z.object({
  [installationName]: z.object({
    DashboardUrl: z.string(),
    IngestUrl: z.string(),
    TenancyTable: z.string(),
    UserPoolId: z.string().optional(),
  }),
});

/**
 * Checks the account, deploys every stack, prints where to go, and makes the first tenant where there is none.
 * Resolves to the process's exit code; a refusal has changed nothing.
 */
export async function deploy(request: DeployRequest, parts: DeployParts): Promise<number> {
  const verdict = await checkAccount(request.choices, parts);
  if (verdict.kind === "refused") {
    parts.say(verdict.because);
    return 1;
  }
  for (const note of verdict.notes) parts.say(note);
  const context = request.context.flatMap((choice) => ["-c", choice]);
  parts.say(`Deploying into ${verdict.region}, with points in ${request.choices.metricStore}.`);
  if (request.bootstrap) {
    const failed = await parts.cdk(["bootstrap", ...context]);
    if (failed) return failed;
  }
  const failed = await parts.cdk([
    "deploy",
    "--all",
    "--outputs-file",
    parts.outputsFile,
    "--require-approval",
    request.approval,
    ...(request.importTables ? ["--import-existing-resources"] : []),
    ...context,
  ]);
  if (failed) return failed;
  return tellWhere(request, parts);
}

async function tellWhere(request: DeployRequest, parts: DeployParts): Promise<number> {
  const { DashboardUrl, IngestUrl, TenancyTable, UserPoolId } = Outputs.parse(parts.readOutputs())[
    installationName
  ];
  parts.say(`dashboard   ${DashboardUrl}`);
  parts.say(`ingest      ${IngestUrl}/v1/metrics`);
  const args = ["--name", request.tenantName, "--table", TenancyTable, "--url", DashboardUrl];
  if (request.owner) args.push("--owner", request.owner);
  if (request.owner && UserPoolId) args.push("--user-pool", UserPoolId);
  try {
    if (!(await parts.hasTenant(TenancyTable))) return await parts.makeTenant(args);
    parts.say("Its tenants are there already; npm run tenant -- --help makes another.");
  } catch (error) {
    parts.say(`Whether it has a tenant cannot be seen (${error instanceof Error ? error.message : error}).`);
    parts.say(`With credentials that may: npm run tenant -- ${args.map(quoted).join(" ")}`);
  }
  return 0;
}

function quoted(text: string): string {
  return /^[\w./:-]+$/.test(text) ? text : JSON.stringify(text);
}
