import type { QueryCommandInput } from "@aws-sdk/lib-dynamodb";
import { Invalid } from "../errors.ts";
import { tenantPrefix } from "./table-item.ts";

export interface QueryInput {
  pk: string;
  /** Sort-key range; `prefix` excludes `from` and `to`, which are inclusive. */
  prefix?: string;
  from?: string;
  to?: string;
  /** Reads gsi1pk/gsi1sk instead of pk/sk. */
  index?: "gsi1";
  newestFirst?: boolean;
  limit?: number;
  cursor?: string | undefined;
  consistent?: boolean;
}
export interface Page<T> {
  items: T[];
  cursor: string | undefined;
}

export function queryRequest(table: string, tenantId: string, input: QueryInput): QueryCommandInput {
  const [pkName, skName] = input.index ? ["gsi1pk", "gsi1sk"] : ["pk", "sk"];
  const pk = tenantPrefix(tenantId) + input.pk;
  const range = rangeOf(input);
  const request: QueryCommandInput = {
    TableName: table,
    KeyConditionExpression: `#pk = :pk${range.expression}`,
    ExpressionAttributeNames: { "#pk": pkName, ...(range.expression ? { "#sk": skName } : {}) },
    ExpressionAttributeValues: { ":pk": pk, ...range.values },
    ScanIndexForward: !input.newestFirst,
  };
  if (input.index) request.IndexName = input.index;
  else if (input.consistent) request.ConsistentRead = true;
  if (input.limit) request.Limit = input.limit;
  if (input.cursor) request.ExclusiveStartKey = openCursor(input.cursor, tenantId, { [pkName]: pk }, skName);
  return request;
}

/** Counts a partition's items, expired and retired ones left out, and those not above the given numbers. */
export function countRequest(
  table: string,
  tenantId: string,
  pk: string,
  nowMs: number,
  above: Record<string, number>,
): QueryCommandInput {
  const request = queryRequest(table, tenantId, { pk, consistent: true });
  const names = { ...request.ExpressionAttributeNames };
  const values: Record<string, unknown> = { ...request.ExpressionAttributeValues, ":nowS": nowMs / 1000 };
  const filters = [
    "(attribute_not_exists(expiresAt) OR expiresAt > :nowS)",
    "attribute_not_exists(retired)",
    ...Object.entries(above).map(([name, least], i) => {
      names[`#f${i}`] = name;
      values[`:f${i}`] = least;
      return `#f${i} > :f${i}`;
    }),
  ];
  return {
    ...request,
    Select: "COUNT",
    FilterExpression: filters.join(" AND "),
    ExpressionAttributeNames: names,
    ExpressionAttributeValues: values,
  };
}

/** True where no sort key can lie in the range; DynamoDB would call that an error. */
export function isEmptyRange({ prefix, from, to }: QueryInput): boolean {
  return prefix === undefined && from !== undefined && to !== undefined && from > to;
}

function rangeOf({ prefix, from, to }: QueryInput): { expression: string; values: Record<string, string> } {
  if (prefix !== undefined) {
    return { expression: " AND begins_with(#sk, :prefix)", values: { ":prefix": prefix } };
  }
  if (from !== undefined && to !== undefined) {
    return { expression: " AND #sk BETWEEN :from AND :to", values: { ":from": from, ":to": to } };
  }
  if (from !== undefined) return { expression: " AND #sk >= :from", values: { ":from": from } };
  if (to !== undefined) return { expression: " AND #sk <= :to", values: { ":to": to } };
  return { expression: "", values: {} };
}

export function sealCursor(key: Record<string, unknown>): string {
  return Buffer.from(JSON.stringify(key)).toString("base64url");
}

export const foreignCursor = () =>
  new Invalid("The cursor does not belong to this list; ask for the first page again.", "cursor");

/** Only a cursor of this tenant and this very list opens; every other text is Invalid. */
function openCursor(cursor: string, tenantId: string, hash: Record<string, string>, skName: string) {
  const key = parseCursor(cursor);
  const expected = new Set(["pk", "sk", skName, ...Object.keys(hash)]);
  const fits =
    Object.keys(key).length === expected.size &&
    Object.keys(key).every((name) => expected.has(name)) &&
    Object.entries(hash).every(([name, value]) => key[name] === value) &&
    key["pk"]?.startsWith(tenantPrefix(tenantId));
  if (!fits) throw foreignCursor();
  return key;
}

function parseCursor(cursor: string): Record<string, string> {
  let key: unknown;
  try {
    key = JSON.parse(Buffer.from(cursor, "base64url").toString("utf8"));
  } catch {
    throw foreignCursor();
  }
  const isKey =
    typeof key === "object" && key !== null && Object.values(key).every((value) => typeof value === "string");
  if (!isKey) throw foreignCursor();
  return key as Record<string, string>;
}
