import { describe, expect, test } from "@jest/globals";
import {
  type Access,
  answer,
  type HttpServices,
  type Routes,
} from "../../shared/platform/lambda/http-door.ts";
import { routeAccess } from "../../shared/tenancy/index.ts";
import { Scope } from "../../shared/tenancy/schemas.ts";
import { aRequest } from "./builders.ts";

const silent = { info: () => {}, warn: () => {}, error: () => {}, measure: () => {} };
const routes: Routes<HttpServices> = Object.fromEntries(
  [...Object.keys(routeAccess), "GET /api/undeclared"].map((key) => [key, async () => ({ status: 200 })]),
);

function asking(scopes: Access[], routeKey: string) {
  const authenticate = async () => ({
    tenantId: "ten_a",
    actor: { kind: "key" as const, id: "k" },
    scopes,
  });
  const services = () => ({ log: silent, authenticate });
  return answer({ services, routes, access: routeAccess }, aRequest(), routeKey);
}

describe("S-13: route by role, from the one declared table", () => {
  const matrix = Object.entries(routeAccess).flatMap(([route, access]) =>
    Scope.options.map((scope) => [scope, route, access] as const),
  );

  test.each(matrix)("a key with only %s asks %s (needs %s)", async (scope, route, access) => {
    const allowed = access === "public" || access === scope;

    expect((await asking([scope], route)).status).toBe(allowed ? 200 : 403);
  });

  test("an ingest key cannot read, a read key cannot ingest", async () => {
    expect((await asking(["ingest"], "GET /api/metrics")).status).toBe(403);
    expect((await asking(["read"], "POST /v1/metrics")).status).toBe(403);
  });

  test("a route that was never declared is not served, whoever asks", async () => {
    expect((await asking([...Scope.options], "GET /api/undeclared")).status).toBe(405);
  });
});
