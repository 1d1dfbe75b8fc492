import { expect, test } from "@jest/globals";
import { routes as deploymentRoutes } from "../../functions/deployments-api/routes.ts";
import { makeDeploymentStore } from "../../shared/deployments/index.ts";
import { composeMessage } from "../../shared/notifications/compose-message.ts";
import type { HttpRequest } from "../../shared/platform/http/request.ts";
import { aCtx } from "../models/builders.ts";
import { startTestTable } from "../support/table.ts";
import { vital } from "./secrets.ts";
import { Seeded } from "./seeded.ts";

test("S-57: a deployment's words are stored without secrets, and with whom to ask", async () => {
  const { table, dump, stop } = await startTestTable();
  const planted = vital["github classic"]?.(new Seeded(41)).text ?? "";
  const body = { service: "cart", version: "1.0", by: "jane@shop.example", summary: `with ${planted}` };
  const services = {
    deployments: makeDeploymentStore(table),
    publish: async () => {},
    redactionSalt: async () => "salt",
  };
  const request = {
    body: Buffer.from(JSON.stringify(body)),
    headers: {},
    query: {},
    params: {},
  } as unknown as HttpRequest;

  await deploymentRoutes["POST /api/deployments"]?.(request, aCtx(), services as never);

  const stored = JSON.stringify(await dump());
  await stop();
  expect(stored).not.toContain(planted);
  expect(stored).toContain("[REDACTED:github-token:");
  expect(stored).toContain("jane@shop.example");
});

test("S-57: a message leaves without secrets", async () => {
  const planted = vital["stripe"]?.(new Seeded(42)).text ?? "";
  const subject = { about: "test" as const };
  const delivery = { id: "dlv_1", kind: "test", subject } as never;
  const channel = { name: `billing ${planted}` } as never;

  const message = await composeMessage(aCtx(), delivery, channel, {
    deliveries: {} as never,
    folds: {} as never,
    dashboardUrl: "",
    redactionSalt: async () => "salt",
  });

  expect(message?.body).toMatchObject({ about: "test" });
  expect(JSON.stringify(message)).not.toContain(planted);
});
