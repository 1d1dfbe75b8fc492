import { describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { contracts } from "../../functions/platform-contract/contracts.ts";
import { topology } from "../../infra/topology/index.ts";
import { AppError } from "../../shared/platform/errors.ts";
import { contractOf } from "../../shared/platform/http/contract.ts";
import { openApiOf } from "../../shared/platform/http/open-api.ts";
import { maxJsonBytes, readJson } from "../../shared/platform/http/request.ts";
import type { Route } from "../../shared/platform/lambda/http-door.ts";
import { routeAccess } from "../../shared/tenancy/index.ts";
import { aRequest } from "../tenancy/builders.ts";

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

const taking = Object.entries(contracts).flatMap(([key, { body }]) =>
  body instanceof z.ZodType ? [[key, body] as const] : [],
);

/** What a body that nobody would write in earnest is answered; taking it as it is would be wrong too. */
function refusalOf(text: string, schema: z.ZodType): AppError {
  try {
    readJson(aRequest({ body: Buffer.from(text) }), schema);
  } catch (error) {
    if (error instanceof AppError) return error;
    throw error;
  }
  throw new Error("it was taken");
}

/** As many members as a body may hold, none of which anybody knows. */
const crowd = `{${Array.from({ length: 90_000 }, (_, i) => `"~${i.toString(36)}":1`).join()}}`;
const hostile: [string, string, number][] = [
  ["90,000 keys", crowd, 400],
  ["a million keys", `{${Array.from({ length: 1_000_000 }, (_, i) => `"${i}":1`).join()}}`, 413],
  ["100,000 lists in each other", "[".repeat(100_000) + "]".repeat(100_000), 400],
  ["100,000 objects in each other", `${'{"~":'.repeat(100_000)}1${"}".repeat(100_000)}`, 400],
  ["a key of half a megabyte", `{"${"~".repeat(500_000)}":1}`, 400],
];

describe.each(taking)("what %s takes", (_key, schema) => {
  test("S-07: nothing beside what is described is kept, however deep it lies", () => {
    const open = objectsIn(z.toJSONSchema(schema, { io: "input", unrepresentable: "any" })).filter(
      ({ properties, additionalProperties }) => properties && (additionalProperties ?? false) !== false,
    );

    expect(open).toEqual([]);
  });

  test.each(hostile)("S-12: %s are refused within a second, in few words", (_what, text, status) => {
    const from = process.threadCpuUsage();

    const refusal = refusalOf(text, schema);

    const { user, system } = process.threadCpuUsage(from);
    expect(refusal.status).toBe(status);
    expect(text.length > maxJsonBytes).toBe(status === 413);
    expect(refusal.message.length).toBeLessThan(1_000);
    expect((user + system) / 1e6).toBeLessThan(1);
  });
});

interface ObjectSchema {
  type?: unknown;
  properties?: object;
  additionalProperties?: unknown;
}

/** Every object that a JSON Schema describes, at any depth. */
function objectsIn(schema: unknown): ObjectSchema[] {
  if (typeof schema !== "object" || schema === null) return [];
  const inside = Object.values(schema).flatMap(objectsIn);
  return (schema as ObjectSchema).type === "object" ? [schema, ...inside] : inside;
}
