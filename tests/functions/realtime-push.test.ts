import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Envelope } from "../../events/envelope.ts";
import { onEvents } from "../../functions/realtime-push/handler.ts";
import { servicesOver } from "../../functions/realtime-push/services.ts";
import { audited } from "../../shared/audit/index.ts";
import { isoTime } from "../../shared/platform/clock.ts";
import { newId } from "../../shared/platform/ids.ts";
import { consume } from "../../shared/platform/lambda/queue-door.ts";
import { answerClient } from "../../shared/realtime/answer-client.ts";
import { anAlertEvent } from "../incidents/builders.ts";
import { makeRealtimeWorld, nowMs } from "../realtime/builders.ts";
import { startTestTable, type TestTable } from "../support/table.ts";
import { aQueueEvent } from "./queue-event.ts";

let testTable: TestTable;
beforeAll(async () => {
  testTable = await startTestTable(() => nowMs);
});
afterAll(() => testTable.stop());

function anEnvelope(tenantId: string, alert: string): Envelope {
  return {
    ...anAlertEvent({ alert }),
    time: isoTime(nowMs),
    tenantId,
    source: "alerts",
    traceId: "trace-1",
    causationId: null,
    actor: { kind: "system", id: "alerts-evaluate" },
    provenance: { untrusted: [] },
  };
}

test("events of several tenants in one batch reach their own dashboards; a failing tenant fails alone", async () => {
  const world = makeRealtimeWorld(testTable.table);
  const [a, b, broken] = [newId("tenant"), newId("tenant"), newId("tenant")];
  for (const [tenantId, connectionId] of [
    [a, "a"],
    [b, "b"],
  ] as const) {
    await world.connect(tenantId, connectionId);
    await answerClient(connectionId, '{"action":"hello","afterSeq":null}', nowMs, world.deps);
  }
  const { append } = world.deps.eventLog;
  const eventLog = {
    ...world.deps.eventLog,
    append: (...args: Parameters<typeof append>) =>
      args[0] === broken ? Promise.reject(new Error("throttled")) : append(...args),
  };

  const answer = await consume(
    {
      services: () => servicesOver({ ...world.deps, eventLog }),
      name: "realtime-push",
      types: ["alert.fired.v1"],
      batch: onEvents,
    },
    aQueueEvent([
      { messageId: "1", event: anEnvelope(a, "alt_1") },
      { messageId: "2", event: anEnvelope(broken, "alt_2") },
      { messageId: "3", event: anEnvelope(b, "alt_3") },
    ]),
  );

  expect(answer.batchItemFailures).toEqual([{ itemIdentifier: "2" }]);
  expect(world.eventsOf("a").map(({ data }) => data["alertId"])).toEqual(["alt_1"]);
  expect(world.eventsOf("b").map(({ data }) => data["alertId"])).toEqual(["alt_3"]);
});

test("S-29: a stream whose credential is over is hung up on, and nobody else's of that name", async () => {
  const world = makeRealtimeWorld(testTable.table);
  const [tenantId, other] = [newId("tenant"), newId("tenant")];
  await world.connect(tenantId, "over");
  await world.connect(other, "other");
  const anEnd = (connectionId: string): Envelope => ({
    ...anEnvelope(tenantId, connectionId),
    id: newId("event"),
    type: "connection.expired.v1",
    source: "realtime",
    data: { connectionId, until: isoTime(nowMs) },
  });

  const answer = await consume(
    {
      services: () => servicesOver(world.deps),
      name: "realtime-push",
      types: ["connection.expired.v1"],
      batch: onEvents,
    },
    aQueueEvent([
      { messageId: "1", event: anEnd("over") },
      { messageId: "2", event: anEnd("other") },
      { messageId: "3", event: anEnd("gone-already") },
    ]),
  );

  expect(answer.batchItemFailures).toEqual([]);
  expect(world.closed).toEqual(["over"]);
});

test("a key that is revoked or rotated loses its streams; other acts cut nothing", async () => {
  const world = makeRealtimeWorld(testTable.table);
  const tenantId = newId("tenant");
  for (const keyId of ["gone", "rotated", "renamed"]) {
    await world.connect(tenantId, keyId, "open", { keyId });
    await answerClient(keyId, '{"action":"hello","afterSeq":null}', nowMs, world.deps);
  }
  const anAct = (did: string, id: string) => {
    const ctx = {
      tenantId,
      actor: { kind: "person" as const, id: "per_1" },
      traceId: "t",
      causationId: null,
    };
    return audited({ ...ctx, nowMs }, { did, resource: { type: "api-key", id } });
  };

  const answer = await consume(
    {
      services: () => servicesOver(world.deps),
      name: "realtime-push",
      types: ["audit.recorded.v1"],
      batch: onEvents,
    },
    aQueueEvent([
      { messageId: "1", event: anAct("revoked", "gone") },
      { messageId: "2", event: anAct("rotated", "rotated") },
      { messageId: "3", event: anAct("created", "renamed") },
    ]),
  );

  expect(answer.batchItemFailures).toEqual([]);
  expect(world.closed.sort()).toEqual(["gone", "rotated"]);
});
