import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { App } from "aws-cdk-lib";
import { bundleFunctions } from "./bundle.ts";
import { buildDashboardIfStale } from "./local/build-web.ts";
import { SentinelOpsStack } from "./stacks/sentinelops-stack.ts";

const dashboardDir = join(dirname(fileURLToPath(import.meta.url)), "..", "web", "dist");

/** What `cdk synth` and `cdk deploy` run: builds functions and dashboard, then describes the installation. */
const app = new App();
const handlers = await bundleFunctions();
await buildDashboardIfStale();

const alarmEmail: unknown = app.node.tryGetContext("alarmEmail");
new SentinelOpsStack(app, "SentinelOps", {
  codeOf: (name) => dirname(handlers.get(name) ?? ""),
  dashboardDir,
  ...(typeof alarmEmail === "string" ? { alarmEmail } : {}),
});
app.synth();
