import { describe, expect, test } from "@jest/globals";
import { contracts } from "../../functions/platform-contract/contracts.ts";
import { topology } from "../../infra/topology/index.ts";
import { contractOf } from "../../shared/platform/http/contract.ts";
import { openApiOf } from "../../shared/platform/http/open-api.ts";
import type { Route } from "../../shared/platform/lambda/http-door.ts";
import { routeAccess } from "../../shared/tenancy/index.ts";

const httpRows = topology.filter((row) => row.trigger.kind === "http");
const document = openApiOf(contracts, routeAccess);
const documented = Object.entries(document.paths ?? {}).flatMap(([path, methods]) =>
  Object.keys(methods ?? {}).map((method) => `${method.toUpperCase()} ${path}`),
);

async function routesOf(name: string): Promise<Record<string, Route<unknown>>> {
  const folder = new URL("../../functions/", import.meta.url);
  const module = (await import(new URL(`${name}/routes.ts`, folder).href)) as {
    routes: Record<string, Route<unknown>>;
  };
  return module.routes;
}

describe("S-25: the API and its description", () => {
  test.each(httpRows.map(({ name }) => name))(
    "every route of %s has a contract, which is the documented one",
    async (name) => {
      const routes = await routesOf(name);

      const without = Object.keys(routes).filter((key) => {
        const contract = contractOf(routes[key] as Route<unknown>);
        return contract === undefined || contracts[key] !== contract;
      });

      // Write it beside the domain's schemas (contracts.ts), wrap the routes in `contracted`, and add the domain's
      // contracts to functions/platform-contract/contracts.ts.
      expect({ name, without }).toEqual({ name, without: [] });
    },
  );

  test("documents what is served and nothing else", () => {
    expect(documented.sort()).toEqual(Object.keys(routeAccess).sort());
  });

  test("every POST that answers 201 heeds an Idempotency-Key", () => {
    const unheeding = Object.entries(contracts).filter(
      ([key, { answers, creates }]) => key.startsWith("POST") && 201 in answers && !creates,
    );

    expect(unheeding.map(([key]) => key)).toEqual([]);
  });

  test("S-10: every limit of a list is capped", () => {
    for (const [key, { query }] of Object.entries(contracts)) {
      if (!query || !("limit" in query.shape)) continue;
      expect({ key, taken: query.safeParse({ limit: "100000" }).success }).toEqual({ key, taken: false });
    }
  });

  test("every operation has a name of its own, and says what it needs", () => {
    const operations = Object.values(document.paths ?? {}).flatMap((methods) => Object.values(methods ?? {}));
    const ids = operations.map(({ operationId }) => operationId);

    expect(new Set(ids).size).toBe(ids.length);
    for (const { description } of operations) expect(description).toMatch(/^Needs /);
  });

  test("every function that takes a credential counts its requests", () => {
    const uncounted = httpRows.filter(
      ({ tables, trigger }) =>
        trigger.kind === "http" &&
        trigger.routes.some((route) => routeAccess[route] !== "public") &&
        tables.requests === undefined,
    );

    // Give the row `requests: "count"`, and its services `...requestServices(…)`.
    expect(uncounted.map(({ name }) => name)).toEqual([]);
  });
});
