import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Envelope } from "../../events/envelope.ts";
import { onAlerts } from "../../functions/incidents-correlate/handler.ts";
import { servicesOver } from "../../functions/incidents-correlate/services.ts";
import { alertEventTypes } from "../../shared/incidents/alert-signal.ts";
import { newId } from "../../shared/platform/ids.ts";
import { consume } from "../../shared/platform/lambda/queue-door.ts";
import { type AlertEventInput, anAlertEvent, makeIncidentWorld, readAll } from "../incidents/builders.ts";
import { startTestTable, type TestTable } from "../support/table.ts";
import { aQueueEvent } from "./queue-event.ts";

let testTable: TestTable;
let world: ReturnType<typeof makeIncidentWorld>;
beforeAll(async () => {
  testTable = await startTestTable();
  world = makeIncidentWorld(testTable.table);
});
afterAll(() => testTable.stop());

const consumeWith = (deps: typeof world.deps, records: Parameters<typeof aQueueEvent>[0]) =>
  consume(
    {
      services: () => servicesOver(deps),
      name: "incidents-correlate",
      types: alertEventTypes,
      batch: onAlerts,
    },
    aQueueEvent(records),
  );

function anEnvelope(tenantId: string, input: AlertEventInput = {}): Envelope {
  return {
    ...anAlertEvent(input),
    tenantId,
    source: "alerts",
    traceId: "trace-7",
    causationId: null,
    actor: { kind: "system", id: "alerts-evaluate" },
    provenance: { untrusted: [] },
  };
}

test("R-05: a poison record goes back alone; what came with it opens its incident", async () => {
  const tenantId = newId("tenant");
  const event = anEnvelope(tenantId);

  const answer = await consumeWith(world.deps, [
    { messageId: "unreadable", body: "{" },
    { messageId: "well", event },
    { messageId: "other type", event: { ...event, type: "metrics.received.v1" } },
    { messageId: "wrong shape", event: { ...event, data: { ...event.data, severity: "dire" } } },
  ]);

  expect(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual([
    "unreadable",
    "other type",
    "wrong shape",
  ]);
  expect(await readAll(tenantId, world)).toHaveLength(1);
});

test("F6: a good batch answers with no failures, and its events carry trace and cause", async () => {
  const tenantId = newId("tenant");
  const event = anEnvelope(tenantId);

  expect(await consumeWith(world.deps, [{ messageId: "m1", event }])).toEqual({ batchItemFailures: [] });

  const [opened] = world.published.filter((published) => published.tenantId === tenantId);
  expect(opened).toMatchObject({
    type: "incident.opened.v1",
    traceId: "trace-7",
    causationId: event.id,
    actor: { kind: "system", id: "incidents-correlate" },
    data: { severity: "warning", service: "payments", correlationKey: "service:payments", alertCount: 1 },
  });
});

test("one tenant's failure does not hand back another's alerts", async () => {
  const [broken, well] = [newId("tenant"), newId("tenant")];
  const services = {
    ...world.deps,
    correlations: {
      ...world.deps.correlations,
      lookUp: (tenantId: string, signals: Parameters<typeof world.deps.correlations.lookUp>[1]) =>
        tenantId === broken
          ? Promise.reject(new Error("throttled"))
          : world.deps.correlations.lookUp(tenantId, signals),
    },
  };

  const answer = await consumeWith(services, [
    { messageId: "b1", event: anEnvelope(broken) },
    { messageId: "w1", event: anEnvelope(well) },
    { messageId: "b2", event: anEnvelope(broken, { alert: "alt_b" }) },
  ]);

  expect(answer.batchItemFailures).toEqual([{ itemIdentifier: "b1" }, { itemIdentifier: "b2" }]);
  expect(await readAll(well, world)).toHaveLength(1);
});
