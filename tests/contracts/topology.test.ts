import { existsSync, readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { catalog } from "../../events/catalog.ts";
import { topology } from "../../infra/topology/index.ts";
import type { FunctionRow } from "../../infra/topology/row.ts";
import { routeAccess } from "../../shared/tenancy/permissions.ts";

const functionsDir = new URL("../../functions/", import.meta.url);
const folders = readdirSync(functionsDir, { withFileTypes: true })
  .filter((entry) => entry.isDirectory())
  .map((entry) => entry.name);
const httpRows = topology.filter((row) => row.trigger.kind === "http");
const routesOf = (row: FunctionRow): string[] => ("routes" in row.trigger ? [...row.trigger.routes] : []);

describe("functions and rows", () => {
  test("every folder in functions/ has one row, and back", () => {
    expect(topology.map((row) => row.name).sort()).toEqual(folders.sort());
  });

  test.each(folders)("%s has a door and its wiring", (name) => {
    for (const file of ["handler.ts", "services.ts"]) {
      expect(existsSync(new URL(`${name}/${file}`, functionsDir))).toBe(true);
    }
  });

  test.each(folders)("%s reads the environment in services.ts alone", (name) => {
    for (const file of readdirSync(new URL(`${name}/`, functionsDir))) {
      if (file === "services.ts") continue;
      expect(readFileSync(new URL(`${name}/${file}`, functionsDir), "utf8")).not.toMatch(/process\.env/);
    }
  });

  test.each(topology.map((row) => [row.name, row] as const))(
    "%s publishes what the catalog knows",
    (_name, row) => {
      for (const type of row.publishes) expect(Object.keys(catalog)).toContain(type);
    },
  );

  test.each(topology.map((row) => [row.name, row] as const))(
    "%s says what a user loses without it",
    (_name, row) => {
      expect(row.impact).toMatch(/^[a-z].{14,}[^.]$/);
    },
  );
});

describe("routes", () => {
  test("every declared route is served by one function, and back", () => {
    expect(httpRows.flatMap(routesOf).sort()).toEqual(Object.keys(routeAccess).sort());
  });

  test.each(httpRows.map((row) => [row.name, row] as const))(
    "%s has a route for each of its row, and back",
    async (name, row) => {
      const module = (await import(new URL(`${name}/routes.ts`, functionsDir).href)) as {
        routes: Record<string, unknown>;
      };

      expect(Object.keys(module.routes).sort()).toEqual(routesOf(row).sort());
    },
  );

  test("a batch of more than 10 records waits for them, as Lambda demands", () => {
    const refused = topology.filter(
      ({ trigger }) => trigger.kind === "queue" && trigger.batchSize > 10 && trigger.batchWindowS < 1,
    );

    expect(refused.map((row) => row.name)).toEqual([]);
  });

  test("no two functions answer the same address", () => {
    const shapes = httpRows.flatMap(routesOf).map((route) => route.replace(/\{\w+\}/g, "{}"));

    expect(new Set(shapes).size).toBe(shapes.length);
  });
});

describe("the outbox", () => {
  const sweeper = topology.find((row) => Object.values(row.tables).includes("sweep"));

  test("what the owners of the swept tables publish can be sent for them", () => {
    const owners = topology.filter((row) =>
      Object.entries(row.tables).some(
        ([name, access]) => access === "readWrite" && name in (sweeper?.tables ?? {}),
      ),
    );

    for (const type of owners.flatMap((row) => row.publishes)) expect(sweeper?.publishes).toContain(type);
  });

  test("the table of every function that publishes about its own state is swept", () => {
    const savesAndPublishes = topology.filter((row) => row.publishes.length > 0 && row.name !== "ingest-api");

    for (const row of savesAndPublishes) {
      const own = row.name.slice(0, row.name.indexOf("-"));
      if (own !== "platform") expect(Object.keys(sweeper?.tables ?? {})).toContain(own);
    }
  });
});
