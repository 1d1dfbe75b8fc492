import type { FunctionRow, TableName } from "../topology/row.ts";
import { grantedCalls } from "./callers.ts";

/** One entry of a row, and the calls that nothing else in the row grants. */
interface Grant {
  entry: string;
  calls: readonly string[];
}

/**
 * The entries of rows that grant something nobody called for, as sentences. `used` are the lines that runtimes
 * noted. This machine has no Timestream, so what a row grants there is left out.
 */
export function unusedGrants(topology: readonly FunctionRow[], used: readonly string[]): string[] {
  const seen = new Set(used);
  return topology.flatMap((row) =>
    grantsOf(row)
      .filter(({ calls }) => calls.length > 0 && !calls.some((call) => seen.has(`${row.name}\t${call}`)))
      .map(({ entry }) => `${row.name}: ${entry}`),
  );
}

function grantsOf(row: FunctionRow): Grant[] {
  const bare: FunctionRow = { ...row, tables: {}, publishes: [], permissions: [] };
  const tables = Object.entries(row.tables) as [TableName, "read" | "readWrite"][];
  return [
    ...tables.map(([table, access]) => {
      const reads = grantedCalls({ ...bare, tables: { [table]: "read" } });
      if (access === "read") return { entry: `reads ${table}`, calls: reads };
      const all = grantedCalls({ ...bare, tables: { [table]: "readWrite" } });
      return { entry: `writes ${table}`, calls: all.filter((call) => !reads.includes(call)) };
    }),
    ...row.publishes.map((type) => ({
      entry: `publishes ${type}`,
      calls: grantedCalls({ ...bare, publishes: [type] }),
    })),
    ...(row.permissions ?? [])
      .filter((permission) => !permission.startsWith("timestream:"))
      .map((permission) => {
        const without = new Set(grantedCalls({ ...bare, tables: row.tables }));
        const calls = grantedCalls({ ...bare, tables: row.tables, permissions: [permission] });
        return { entry: `has ${permission}`, calls: calls.filter((call) => !without.has(call)) };
      }),
  ];
}
