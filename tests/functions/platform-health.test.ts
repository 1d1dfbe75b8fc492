import { expect, test } from "@jest/globals";
import { routes } from "../../functions/platform-health/routes.ts";
import { Unavailable } from "../../shared/platform/errors.ts";
import { answer } from "../../shared/platform/lambda/http-door.ts";
import { routeAccess } from "../../shared/tenancy/index.ts";
import type { makeTenantStore } from "../../shared/tenancy/tenant-store.ts";
import { aLog } from "../platform/builders.ts";

const routeKey = "GET /v1/health";
const request = {
  method: "GET",
  path: "/v1/health",
  params: {},
  query: {},
  headers: {},
  cookies: {},
  sourceIp: "192.0.2.1",
  requestId: "req_1",
  body: Buffer.alloc(0),
};

async function ask(reach: () => Promise<void>) {
  const tenants = { reach } as ReturnType<typeof makeTenantStore>;
  const services = () => ({
    log: aLog(),
    authenticate: () => Promise.reject(new Error("not asked")),
    tenants,
  });
  return answer({ services, routes, access: routeAccess }, request, routeKey);
}

test("a region whose table answers is healthy, without a credential", async () => {
  expect(await ask(async () => {})).toMatchObject({ status: 200, body: { status: "ok" } });
});

test("R-09: a region whose table does not answer says 503", async () => {
  const reply = await ask(() => Promise.reject(new Unavailable("down")));

  expect(reply.status).toBe(503);
  expect(reply.headers?.["retry-after"]).toBeDefined();
});
