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
    const { dataDir, told } = runtime;
    const text = denial(name, action, resource);

    await fireAnAlert(runtime);
    await eventually("it is told to the person at the terminal", () =>
      told.some((line) => line.includes(text)),
    );
    const denied = await eventually("it stands in the function's log", () => {
      const lines = readFileSync(join(dataDir, "functions.log"), "utf8").split("\n");
      return lines.find((line) => line.includes(text));
    });

    expect(denied).toContain(`because no identity-based policy allows the ${action} action`);
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
