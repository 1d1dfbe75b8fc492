import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { App } from "aws-cdk-lib";
import { build } from "vite";
import { bundleFunctions } from "./bundle.ts";
import { SentinelOpsStack } from "./stacks/sentinelops-stack.ts";

const webDir = join(dirname(fileURLToPath(import.meta.url)), "..", "web");

/** What `cdk synth` and `cdk deploy` run: builds functions and dashboard, then describes the installation. */
const app = new App();
const handlers = await bundleFunctions();
await build({ root: webDir, logLevel: "error" });

const alarmEmail: unknown = app.node.tryGetContext("alarmEmail");
new SentinelOpsStack(app, "SentinelOps", {
  codeOf: (name) => dirname(handlers.get(name) ?? ""),
  dashboardDir: join(webDir, "dist"),
  ...(typeof alarmEmail === "string" ? { alarmEmail } : {}),
});
app.synth();
