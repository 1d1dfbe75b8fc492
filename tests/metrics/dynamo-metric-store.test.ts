import { afterAll, beforeAll } from "@jest/globals";
import { makeDynamoMetricStore, makeMetricStorage } from "../../shared/metrics/index.ts";
import { startTestTable, type TestTable } from "../support/table.ts";
import { describeMetricStore } from "./metric-store.contract.ts";

let testTable: TestTable;
let nowMs = 0;
let tenants = 0;

beforeAll(async () => {
  testTable = await startTestTable(() => nowMs);
});
afterAll(() => testTable.stop());

describeMetricStore("the DynamoDB store", () => ({
  store: makeDynamoMetricStore(makeMetricStorage(testTable.table, { now: () => nowMs })),
  table: testTable.table,
  setNow: (ms) => {
    nowMs = ms;
  },
  tenant: () => `ten_${tenants++}`,
}));
