import { nowMs } from "../../../shared/platform/clock.ts";
import { type Meter, unitsOf } from "../metering/meter.ts";
import { type Attributes, dynaliteStore, type TableDescription } from "./dynalite-parts.ts";

const writeUnit = 1024;
const readUnit = 4096;
const dayS = 86_400;
const monthDays = 30;

/**
 * Counts on-demand request units as DynamoDB does, which dynalite reckons for tables but not for indexes:
 * a write by the larger of the old item and the new, in the table and in each index it touches; a write whose
 * condition fails; a read by what was read, half of it where it need not be consistent.
 */
export function meterTables(meter: Meter): void {
  const store = dynaliteStore();
  const { itemSize, addConsumedCapacity, checkConditional, queryTable, updateIndexes } = store;
  const writesOf = (item: Attributes) => unitsOf(itemSize(item), writeUnit);

  store.addConsumedCapacity = (request, isRead, item, other) => {
    if (isRead) {
      const units = unitsOf(item ? itemSize(item) : 0, readUnit);
      meter.add("tableReads", request.TableName, request.ConsistentRead ? units : units / 2);
    } else {
      const sizes = [item, other].map((one) => (one ? itemSize(one) : 0));
      meter.add("tableWrites", request.TableName, unitsOf(Math.max(...sizes), writeUnit));
    }
    return addConsumedCapacity(request, isRead, item, other);
  };

  store.checkConditional = (request, existing) => {
    const failure = checkConditional(request, existing);
    if (failure) meter.add("tableWrites", request.TableName, existing ? writesOf(existing) : 1);
    return failure;
  };

  store.queryTable = (instance, table, request, options, isLocal, fromTable, startKeys, done) => {
    request.ReturnConsumedCapacity = "TOTAL";
    queryTable(instance, table, request, options, isLocal, fromTable, startKeys, (error, result) => {
      const least = request.ConsistentRead ? 1 : 0.5;
      if (result) {
        const units = Math.max(least, result.ConsumedCapacity?.CapacityUnits ?? 0);
        meter.add("tableReads", request.TableName, units);
      }
      done(error, result);
    });
  };

  store.updateIndexes = (instance, table, existing, item, done) => {
    const byteDays = (one: Attributes | null | undefined) => (one ? itemSize(one) * daysLeft(one) : 0);
    meter.add("tableByteDays", table.TableName, byteDays(item) - byteDays(existing));
    const units = indexWrites(table, existing, item, writesOf);
    if (units > 0) meter.add("tableWrites", `${table.TableName} indexes`, units);
    updateIndexes(instance, table, existing, item, done);
  };
}

/** For a month where nothing says when the item goes. */
function daysLeft({ expiresAt }: Attributes): number {
  const { N } = (expiresAt ?? {}) as { N?: string };
  return N === undefined ? monthDays : Math.max(0, Number(N) - nowMs() / 1000) / dayS;
}

/** Each index holds whole items: one write to put, change or drop its copy, two to move it to another key. */
function indexWrites(
  { GlobalSecondaryIndexes = [] }: TableDescription,
  existing: Attributes | null | undefined,
  item: Attributes | null | undefined,
  writesOf: (item: Attributes) => number,
): number {
  let units = 0;
  for (const { KeySchema } of GlobalSecondaryIndexes) {
    const keyIn = (one: Attributes | null | undefined) => {
      const parts = KeySchema.map(({ AttributeName }) => one?.[AttributeName]);
      return parts.every((part) => part !== undefined) ? JSON.stringify(parts) : undefined;
    };
    const [from, to] = [keyIn(existing), keyIn(item)];
    const put = item && to !== undefined ? writesOf(item) : 0;
    const drop = existing && from !== undefined ? writesOf(existing) : 0;
    if (from !== to) units += put + drop;
    else if (put > 0 && JSON.stringify(existing) !== JSON.stringify(item)) units += Math.max(put, drop);
  }
  return units;
}
