import type { FunctionRow, TableAccess, TableName } from "../topology/row.ts";
import { grantedCalls } from "./callers.ts";

/** One entry of a row, and the calls that nothing else in the row grants. */
interface Grant {
  entry: string;
  calls: readonly string[];
}

/**
 * The entries of rows that grant something nobody called for, as sentences. `used` are the lines that runtimes
 * noted. This machine has no Timestream, Secrets Manager or user pool, so what a row grants there is left out.
 */
export function unusedGrants(topology: readonly FunctionRow[], used: readonly string[]): string[] {
  const seen = new Set(used);
  return topology.flatMap((row) =>
    grantsOf(row)
      .filter(({ calls }) => !calls.some((call) => seen.has(`${row.name}\t${call}`)))
      .map(({ entry }) => `${row.name}: ${entry}`),
  );
}

function grantsOf(row: FunctionRow): Grant[] {
  const bare: FunctionRow = { ...row, tables: {}, publishes: [], permissions: [] };
  const tables = Object.entries(row.tables) as [TableName, TableAccess][];
  const permissions = (row.permissions ?? []).filter((name) => !/^(timestream|secret|sign-in):/.test(name));
  return [
    ...tables.map(([table, access]) => {
      const calls = grantedCalls({ ...bare, tables: { [table]: access } });
      if (access !== "readWrite" && access !== "append") return { entry: `may ${access} ${table}`, calls };
      const reads = grantedCalls({ ...bare, tables: { [table]: "read" } });
      return {
        entry: `may ${access === "append" ? "append to" : "write"} ${table}`,
        calls: calls.filter((call) => !reads.includes(call)),
      };
    }),
    ...row.publishes.map((type) => ({
      entry: `publishes ${type}`,
      calls: grantedCalls({ ...bare, publishes: [type] }),
    })),
    ...permissions.map((permission) => ({
      entry: `has ${permission}`,
      calls: grantedCalls({ ...bare, permissions: [permission] }),
    })),
  ];
}
