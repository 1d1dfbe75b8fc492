import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App, NestedStack, Stack } from "aws-cdk-lib";
import { Template } from "aws-cdk-lib/assertions";
import { readChoices } from "../../infra/choices.ts";
import { checkRules, describeInstallation } from "../../infra/installation.ts";

export interface Resource {
  /** Logical id, with the stack it is in. */
  id: string;
  Type: string;
  // biome-ignore lint/suspicious/noExplicitAny: templates are JSON without a schema of ours
  Properties: any;
  DependsOn?: string[];
  DeletionPolicy?: string;
}

/** What cdk.json hands over: feature flags, and the choices as they are delivered. */
const { context } = JSON.parse(readFileSync(new URL("../../cdk.json", import.meta.url), "utf8")) as {
  context: Record<string, unknown>;
};

/** Everything that can be chosen at once. */
export const everything = {
  metricStore: "dynamodb",
  domainName: "ops.example.com",
  certificateArn: "arn:aws:acm:us-east-1:123456789012:certificate/a1",
  hostedZoneId: "Z1",
  hostedZoneName: "example.com",
  alarmEmail: "ops@example.com",
  secondRegion: "us-west-2",
  waf: "true",
  provisionedConcurrency: "2",
  trustedAccounts: "210987654321",
  removalPolicy: "destroy",
  mfa: "optional",
  samlMetadataUrl: "https://idp.example.com/saml",
};

// cdk-nag reads a property of EventBridge's that CDK has deprecated.
process.env["JSII_DEPRECATED"] = "quiet";

interface SynthOptions {
  choices?: Record<string, string>;
  /** Under the AwsSolutions rules, which takes some seconds longer. */
  checked?: boolean;
}

/** The app of an installation with a stub for the bundled code, handed to `read` while its files are there. */
function withApp<T>({ choices = {}, checked = false }: SynthOptions, read: (app: App) => T): T {
  const dir = mkdtempSync(join(tmpdir(), "sentinelops-synth-"));
  const stub = join(dir, "stub");
  mkdirSync(stub);
  try {
    for (const file of ["handler.mjs", "index.html"]) writeFileSync(join(stub, file), file);
    const flags = {
      ...context,
      "aws:cdk:disable-asset-staging": true,
      "aws:cdk:disable-stack-trace": true,
      "@aws-cdk/core:enableAdditionalMetadataCollection": false,
    };
    const app = new App({
      outdir: join(dir, "cdk.out"),
      context: { ...flags, ...choices },
      builtinCloudFormationValidation: checked,
    });
    if (checked) checkRules(app);
    describeInstallation(app, {
      choices: readChoices((name) => app.node.tryGetContext(name)),
      region: "eu-west-1",
      account: "123456789012",
      codeOf: () => stub,
      dashboardDir: stub,
    });
    return read(app);
  } finally {
    rmSync(dir, { recursive: true });
  }
}

const stacksOf = (app: App) => app.node.findAll().filter((node) => node instanceof Stack);

/** Every resource of the installation by its root stack: root and domain stacks. */
export function synthesize(choices: Record<string, string> = {}): Record<string, Resource[]> {
  return withApp({ choices }, (app) => {
    const roots: Record<string, Resource[]> = {};
    for (const stack of stacksOf(app)) {
      const root = stack instanceof NestedStack ? Stack.of(stack.node.scope ?? stack) : stack;
      const { Resources } = Template.fromStack(stack).toJSON() as {
        Resources: Record<string, Omit<Resource, "id">>;
      };
      const own = Object.entries(Resources).map(([id, resource]) => ({
        ...resource,
        id: `${stack.node.id}/${id}`,
      }));
      roots[root.node.id] = [...(roots[root.node.id] ?? []), ...own];
    }
    return roots;
  });
}

export interface Acknowledgement {
  path: string;
  id: string;
  reason: string;
}

/** Synthesizes under the rules; throws what CDK throws when a finding is not acknowledged. */
export function check(choices: Record<string, string> = {}): Acknowledgement[] {
  return withApp({ choices, checked: true }, (app) => {
    app.synth();
    return app.node.findAll().flatMap((node) =>
      node.node.metadata
        .filter(({ type }) => type === "aws:cdk:acknowledged-rules")
        .flatMap(({ data }) =>
          Object.entries(data as Record<string, string>).map(([id, reason]) => ({
            path: node.node.path,
            id,
            reason,
          })),
        ),
    );
  });
}
