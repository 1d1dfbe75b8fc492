import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { App } from "aws-cdk-lib";
import { bundleFunctions } from "./bundle.ts";
import { type Choices, readChoices, WrongChoice } from "./choices.ts";
import { checkRules, describeInstallation } from "./installation.ts";
import { buildDashboardIfStale } from "./local/build-web.ts";

const dashboardDir = join(dirname(fileURLToPath(import.meta.url)), "..", "web", "dist");

// cdk-nag reads a property of EventBridge's that CDK has deprecated.
process.env["JSII_DEPRECATED"] ??= "quiet";

/** What `cdk synth` and `cdk deploy` run: builds functions and dashboard, then describes the installation. */
async function describe(app: App, choices: Choices): Promise<void> {
  const handlers = await bundleFunctions();
  await buildDashboardIfStale();
  checkRules(app);
  describeInstallation(app, {
    choices,
    region: process.env["CDK_DEFAULT_REGION"],
    account: process.env["CDK_DEFAULT_ACCOUNT"],
    codeOf: (name) => dirname(handlers.get(name) ?? ""),
    dashboardDir,
  });
  app.synth();
}

const app = new App();
try {
  await describe(
    app,
    readChoices((name) => app.node.tryGetContext(name)),
  );
} catch (error) {
  if (!(error instanceof WrongChoice)) throw error;
  console.error(error.message);
  process.exitCode = 1;
}
