import { describe, expect, test } from "@jest/globals";
import { allowedActions } from "../../infra/topology/allowed-actions.ts";
import { topology } from "../../infra/topology/index.ts";
import { routeAccess } from "../../shared/tenancy/index.ts";

const grants = topology.map((row) => ({
  name: row.name,
  actions: allowedActions(row)
    .filter(({ on }) => on.some((reach) => reach.kind === "table" && reach.table === "audit"))
    .flatMap(({ actions }) => actions),
}));

describe("S-65: the audit is append-only", () => {
  test("no function may remove or change a row of it", () => {
    for (const { actions } of grants) {
      expect(actions).not.toContain("dynamodb:DeleteItem");
      expect(actions).not.toContain("dynamodb:UpdateItem");
      expect(actions).not.toContain("dynamodb:BatchWriteItem");
    }
  });

  test("no route changes it, so that a tenant's owner can neither", () => {
    const changing = Object.keys(routeAccess).filter((route) => /^(?!GET ).* \/api\/audit/.test(route));

    expect(changing).toEqual([]);
  });

  test("one function writes it", () => {
    const writers = grants.filter(({ actions }) => actions.includes("dynamodb:PutItem"));

    expect(writers.map(({ name }) => name)).toEqual(["audit-append"]);
  });
});
