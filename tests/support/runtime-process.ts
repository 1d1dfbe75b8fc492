/** A runtime in a process of its own, for the flow tests: tells its parent where it is and does what it is told. */
import { boot } from "../../infra/local/boot.ts";
import { readSettings } from "../../infra/local/settings.ts";
import { topology } from "../../infra/topology/index.ts";
import type { RuntimeOptions, RuntimeOrder, RuntimeReport } from "./runtime.ts";

const [dataDir = "", functions = "", changes = "{}"] = process.argv.slice(2);
const names = functions === "" ? undefined : functions.split(",");
const rowChanges = JSON.parse(changes) as NonNullable<RuntimeOptions["rowChanges"]>;
/** Tests look again many times a second; those about limits set their own. */
const looseLimits = JSON.stringify({
  "api.key": 1_000_000,
  "api.tenant": 10_000_000,
  "ai.key": 1_000,
  "ai.tenant": 10_000,
});
const report = (message: RuntimeReport) => process.send?.(message);

try {
  const runtime = await boot({
    topology: topology
      .filter((row) => names?.includes(row.name) ?? true)
      .map((row) => ({ ...row, ...rowChanges[row.name] })),
    port: Number(process.env["PORT"] ?? 0),
    dataDir,
    outboundAllow: process.env["OUTBOUND_ALLOW"] ?? "",
    ai: readSettings(process.env).ai,
    limits: process.env["LIMITS"] ?? looseLimits,
    grantsUsed: process.env["GRANTS_USED"] || undefined,
    tell: (text) => report({ kind: "told", text }),
    onFatal: (error) => {
      console.error(error);
      process.exit(1);
    },
  });
  runtime.announce();
  const { url, dashboardUrl, tenantId, ingestKey, adminKey, awsEnv, firstAccount } = runtime;
  process.on("message", async (order: RuntimeOrder) => {
    try {
      const result = await obey(order);
      report({ kind: "done", id: order.id, result });
      if (order.do === "stop") process.disconnect();
    } catch (error) {
      report({
        kind: "failed",
        id: order.id,
        message: error instanceof Error ? error.message : String(error),
      });
    }
  });
  report({ kind: "ready", url, dashboardUrl, tenantId, ingestKey, adminKey, awsEnv, firstAccount });

  async function obey(order: RuntimeOrder): Promise<unknown> {
    switch (order.do) {
      case "fire":
        return runtime.fire(order.schedule, order.scheduledMs);
      case "depth":
        return runtime.depth(order.queue);
      case "redrive":
        return runtime.redrive(order.queue);
      case "warm":
        return runtime.warm();
      case "stop":
        return runtime.stop();
    }
  }
} catch (error) {
  report({ kind: "failed", id: 0, message: error instanceof Error ? error.message : String(error) });
  process.exit(1);
}
// A test that was killed leaves nobody to stop this process.
process.on("disconnect", () => process.exit(0));
