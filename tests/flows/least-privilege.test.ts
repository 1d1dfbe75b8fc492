import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, expect, test } from "@jest/globals";
import type { FunctionRow } from "../../infra/topology/row.ts";
import { apiClient, eventually } from "../support/api-client.ts";
import { type Runtime, startRuntime } from "../support/runtime.ts";

let runtime: Runtime | undefined;
afterEach(async () => {
  await runtime?.stop();
  runtime = undefined;
});

const arn = (service: string, resource: string) => `arn:aws:${service}:us-east-1:000000000000:${resource}`;
const denial = (name: string, action: string, resource: string) =>
  `User: arn:aws:sts::000000000000:assumed-role/${name}/${name} is not authorized to perform: ${action} on resource: ${resource}`;

const removed: {
  what: string;
  name: string;
  change: Partial<FunctionRow>;
  action: string;
  resource: string;
}[] = [
  {
    what: "writing its table",
    name: "incidents-correlate",
    change: { tables: { incidents: "read" } },
    action: "dynamodb:PutItem",
    resource: arn("dynamodb", "table/incidents"),
  },
  {
    what: "an event type",
    name: "alerts-evaluate",
    change: { publishes: ["alert.resolved.v1"] },
    action: "events:PutEvents",
    resource: `${arn("events", "event-bus/local")} for alert.fired.v1`,
  },
];

test.each(removed)(
  "$name without its grant for $what fails its flow, and its log says which grant it lacks",
  async ({ name, change, action, resource }) => {
    runtime = await startRuntime({ rowChanges: { [name]: change } });
    const { dataDir } = runtime;

    await fireAnAlert(runtime);
    const log = await eventually("the denial stands in the function's log", () => {
      const lines = readFileSync(join(dataDir, "functions.log"), "utf8");
      return lines.includes("AccessDenied") && lines;
    });

    const denied = log.split("\n").filter((line) => line.includes("AccessDenied"));
    expect(denied[0]).toContain(denial(name, action, resource));
    expect(denied[0]).toContain(`because no identity-based policy allows the ${action} action`);
    expect(runtime.told.join("\n")).toContain(denial(name, action, resource));
  },
  40_000,
);

async function fireAnAlert(on: Runtime): Promise<void> {
  const api = apiClient(on);
  await api.ask("POST /api/alert-rules", {
    name: "Queue too long",
    metric: "shop.queue.depth",
    aggregate: "last",
    operator: ">",
    thresholds: { critical: 100 },
    groupBy: ["service.name"],
  });
  await api.ingest([{ name: "shop.queue.depth", value: 250, labels: { "service.name": "checkout" } }]);
}
