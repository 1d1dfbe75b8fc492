import { installationName } from "../installation-name.ts";
import type { FunctionRow } from "./row.ts";

/**
 * What AWS calls a row's function and its queues: CloudWatch tells its metrics by these, so who reads them can
 * tell the rows.
 */
export function functionNameOf({ name }: Pick<FunctionRow, "name">): string {
  return `${installationName}-${name}`;
}

export function queueNameOf(row: Pick<FunctionRow, "name">): string {
  return functionNameOf(row);
}

export function deadLetterNameOf(row: Pick<FunctionRow, "name">): string {
  return `${functionNameOf(row)}-dlq`;
}
