import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { SQSRecord } from "aws-lambda";
import type { EventData, EventType } from "../../events/catalog.ts";
import { onIncidentEvents } from "../../functions/notifications-dispatch/handler.ts";
import { envelop } from "../../shared/platform/bus/envelop.ts";
import { derivedId } from "../../shared/platform/ids.ts";
import { consume } from "../../shared/platform/lambda/queue-door.ts";
import { aSlackChannel, makeStage, noonMs, type Stage, someFacts } from "../notifications/builders.ts";
import { aRecord } from "../platform/builders.ts";
import { startTestTable, type TestTable } from "../support/table.ts";

let db: TestTable;
beforeAll(async () => {
  db = await startTestTable(() => noonMs);
});
afterAll(() => db.stop());

const types = ["incident.opened.v1", "incident.updated.v1", "incident.state-changed.v1"] as const;

function aRecordOf<T extends EventType>(stage: Stage, type: T, data: EventData<T>, receives = 1): SQSRecord {
  const id = derivedId("event", type, JSON.stringify(data));
  const record = aRecord(envelop(stage.ctx(), "incidents", { id, type, data }));
  return { ...record, attributes: { ...record.attributes, ApproximateReceiveCount: String(receives) } };
}

function facts(version: number, incidentId = "inc_1") {
  const { title, severity, service, labels, openedAt } = someFacts();
  const head = { incidentId, version, title, severity, service, labels, openedAt };
  return { ...head, state: "DETECTED" as const, alertCount: 1, firingCount: 1 };
}
const openedEvent = (incidentId = "inc_1") => ({ ...facts(1, incidentId), correlationKey: "k", reason: "r" });
const over = { state: "RESOLVED", previousState: "DETECTED", summary: "s" } as const;

function serve(stage: Stage, Records: SQSRecord[]) {
  const services = () => stage.deps;
  return consume({ services, name: "notifications-dispatch", types, batch: onIncidentEvents }, { Records });
}

test("R-04: events of one incident that come in one batch, newest first, are told in order", async () => {
  const stage = makeStage(db.table);
  await stage.have([aSlackChannel()]);

  const answer = await serve(stage, [
    aRecordOf(stage, "incident.state-changed.v1", { ...facts(3), ...over }),
    aRecordOf(stage, "incident.updated.v1", { ...facts(2), change: "comment", summary: "s" }),
    aRecordOf(stage, "incident.opened.v1", openedEvent()),
  ]);

  expect(answer.batchItemFailures).toEqual([]);
  expect(stage.published.map(({ data }) => data["kind"])).toEqual(["incident.opened", "incident.resolved"]);
});

test("R-05: one poison record comes back alone, and so does what waits for its opening", async () => {
  const stage = makeStage(db.table);
  await stage.have([aSlackChannel()]);
  const poison = { ...aRecord({}), body: "{" };
  const early = aRecordOf(stage, "incident.state-changed.v1", { ...facts(3, "inc_2"), ...over });

  const answer = await serve(stage, [poison, early, aRecordOf(stage, "incident.opened.v1", openedEvent())]);

  const failed = answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier);
  expect(failed.sort()).toEqual([poison.messageId, early.messageId].sort());
  expect(stage.published).toHaveLength(1);
});

test("R-01: the same batch twice tells once", async () => {
  const stage = makeStage(db.table);
  await stage.have([aSlackChannel()]);
  const record = aRecordOf(stage, "incident.opened.v1", openedEvent());

  await serve(stage, [record]);
  await serve(stage, [record, record]);
  await stage.run();

  expect(stage.sent).toHaveLength(1);
});

test("F7: a store that fails hands back that incident's record and no other", async () => {
  const stage = makeStage(db.table);
  await stage.have([aSlackChannel()]);
  const find = stage.deps.threads.find;
  stage.deps.threads.find = (tenantId, incidentId) =>
    incidentId === "inc_2" ? Promise.reject(new Error("throttled")) : find(tenantId, incidentId);
  const failing = aRecordOf(stage, "incident.opened.v1", openedEvent("inc_2"));

  const answer = await serve(stage, [aRecordOf(stage, "incident.opened.v1", openedEvent()), failing]);

  expect(answer.batchItemFailures).toEqual([{ itemIdentifier: failing.messageId }]);
  expect(stage.published).toHaveLength(1);
});
