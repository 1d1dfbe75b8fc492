import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { z } from "zod";
import { type Choices, readChoices } from "../choices.ts";

export const usage = `Deploys SentinelOps into the account and region of your shell's AWS credentials.

  npm run deploy -- [-c <choice>=<value>]… [--tenant <name>] [--owner <e-mail>] [--profile <name>]

  -c, --context    a choice of docs/deploy.md, as -c metricStore=dynamodb; cdk.json holds those that stay
  --tenant         the name of the first tenant, made with the first deployment (default: SentinelOps)
  --owner          who owns that tenant and is invited to sign in; the link alone signs in otherwise
  --profile        the AWS profile to use
  --require-approval never | any-change | broadening (the default: asks before permissions are widened)
  --no-bootstrap   leaves the CDK's own stack in the account as it is; for roles that may only deploy
  --import         takes over tables that an earlier installation left behind

It checks credentials, region, Timestream and the Lambda quota first, and changes nothing before all of that is well.`;

const Approval = z.enum(
  ["never", "any-change", "broadening"],
  "--require-approval takes never, any-change or broadening.",
);
type Approval = z.infer<typeof Approval>;

export interface DeployRequest {
  choices: Choices;
  /** As `name=value`, for the CDK. */
  context: string[];
  tenantName: string;
  owner: string | undefined;
  profile: string | undefined;
  approval: Approval;
  bootstrap: boolean;
  importTables: boolean;
}

/** What was asked for, or "help". Throws an error that says what is wrong. */
export function readRequest(args: string[]): DeployRequest | "help" {
  const { values } = parseArgs({
    args,
    allowNegative: true,
    options: {
      context: { type: "string", short: "c", multiple: true, default: [] },
      tenant: { type: "string", default: "SentinelOps" },
      owner: { type: "string" },
      profile: { type: "string" },
      "require-approval": { type: "string", default: "broadening" },
      bootstrap: { type: "boolean", default: true },
      import: { type: "boolean", default: false },
      help: { type: "boolean", short: "h", default: false },
    },
  });
  if (values.help) return "help";
  const given = { ...contextOfFile(), ...Object.fromEntries(values.context.map(splitChoice)) };
  return {
    choices: readChoices((name) => given[name]),
    context: values.context,
    tenantName: values.tenant,
    owner: values.owner,
    profile: values.profile,
    approval: Approval.parse(values["require-approval"]),
    bootstrap: values.bootstrap,
    importTables: values.import,
  };
}

function contextOfFile(): Record<string, unknown> {
  const file = JSON.parse(readFileSync(new URL("../../cdk.json", import.meta.url), "utf8")) as {
    context: Record<string, unknown>;
  };
  return file.context;
}

function splitChoice(text: string): [string, string] {
  const cut = text.indexOf("=");
  if (cut < 1) throw new Error(`-c ${text}: a choice is name=value, as metricStore=dynamodb.`);
  return [text.slice(0, cut), text.slice(cut + 1)];
}
