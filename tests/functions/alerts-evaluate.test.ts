import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { SQSRecord } from "aws-lambda";
import { options } from "../../functions/alerts-evaluate/handler.ts";
import type { Services } from "../../functions/alerts-evaluate/services.ts";
import { envelop } from "../../shared/platform/bus/envelop.ts";
import { LimitExceeded } from "../../shared/platform/errors.ts";
import { derivedId } from "../../shared/platform/ids.ts";
import { consume } from "../../shared/platform/lambda/queue-door.ts";
import { aCtx, aReceived, noonMs, type Sample } from "../alerts/builders.ts";
import { type Stage, startStage } from "../alerts/stage.ts";
import { aLog, aRecord } from "../platform/builders.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.stop());

const at = (afterMs: number, value: number): Sample => ({
  atMs: noonMs + afterMs,
  value,
  labels: { host: "a" },
});

function aMessage(tenantId: string, samples: readonly Sample[], id: string): SQSRecord {
  const data = aReceived(samples);
  return aRecord(
    envelop(aCtx({ tenantId }), "ingest", {
      id: derivedId("event", tenantId, id),
      type: "metrics.received.v1",
      data,
    }),
  );
}

function serve(Records: SQSRecord[]) {
  const made = { ...stage.evaluatorDeps(), log: aLog() } as unknown as Services;
  return consume<Services, (typeof options.types)[number]>({ ...options, services: () => made }, { Records });
}

test("R-05: a batch with one poison record returns exactly that record's id", async () => {
  const { tenantId, eventTypes } = await stage.tenant({});
  const broken = aMessage(tenantId, [at(15_000, 95)], "broken");
  const body = JSON.parse(broken.body);
  body.detail.data.packed.base64 = "AAAA";
  const poison = { ...broken, body: JSON.stringify(body) };

  const answer = await serve([poison, aMessage(tenantId, [at(0, 95)], "good")]);

  expect(answer.batchItemFailures).toEqual([{ itemIdentifier: poison.messageId }]);
  expect(eventTypes()).toEqual(["alert.fired.v1"]);
});

test("R-01: the same message twice in one batch fires once", async () => {
  const { tenantId, eventTypes } = await stage.tenant({});
  const message = aMessage(tenantId, [at(0, 95)], "twice");

  const answer = await serve([message, { ...message, messageId: "again" }]);

  expect(answer.batchItemFailures).toEqual([]);
  expect(eventTypes()).toEqual(["alert.fired.v1"]);
});

test("R-04: batches of one tenant that arrive newest first are judged in the order of their points", async () => {
  const { tenantId, events } = await stage.tenant({});

  await serve([
    aMessage(tenantId, [at(30_000, 10)], "third"),
    aMessage(tenantId, [at(15_000, 95)], "second"),
    aMessage(tenantId, [at(0, 95)], "first"),
  ]);

  expect(events().map(({ type, data }) => [type, data["startedAt"], data["resolvedAt"]])).toEqual([
    ["alert.fired.v1", new Date(noonMs).toISOString(), undefined],
    ["alert.resolved.v1", new Date(noonMs).toISOString(), new Date(noonMs + 30_000).toISOString()],
  ]);
});

test("batches that come together read the store once and see one another's points before it has them", async () => {
  const { tenantId, events } = await stage.tenant({
    aggregate: "avg",
    windowMs: 60_000,
    thresholds: { critical: 90 },
  });
  const reads = stage.metrics.reads();

  await serve([
    aMessage(tenantId, [at(0, 60)], "low"),
    aMessage(tenantId, [at(15_000, 100)], "not yet"),
    aMessage(tenantId, [at(30_000, 120)], "above"),
  ]);

  expect(stage.metrics.reads() - reads).toBe(1);
  expect(events().map(({ data }) => [data["startedAt"], data["value"]])).toEqual([
    [new Date(noonMs + 30_000).toISOString(), expect.closeTo(280 / 3, 9)],
  ]);
});

test("a late batch that reaches back for too much keeps none that came with it from firing", async () => {
  const { tenantId, events } = await stage.tenant({});
  const { store } = stage.metrics;
  const readPoints: typeof store.readPoints = async (id, input) => {
    if (input.fromMs < noonMs - 3_600_000) throw new LimitExceeded("5000001 points match.", 60);
    return store.readPoints(id, input);
  };
  const services = () =>
    ({ ...stage.evaluatorDeps(), metrics: { readPoints }, log: aLog() }) as unknown as Services;
  const Records = [
    aMessage(tenantId, [at(-7_200_000, 95)], "late"),
    aMessage(tenantId, [at(0, 95)], "fresh"),
  ];

  const answer = await consume<Services, (typeof options.types)[number]>(
    { ...options, services },
    { Records },
  );

  expect(answer.batchItemFailures).toEqual([]);
  expect(events().map(({ type, data }) => [type, data["startedAt"]])).toEqual([
    ["alert.fired.v1", new Date(noonMs).toISOString()],
  ]);
});

test("batches whose window cannot be read go back and fire when they come again", async () => {
  const { tenantId, eventTypes } = await stage.tenant({ groupBy: ["*"] });
  const late = aMessage(tenantId, [at(-600_000, 95)], "late");
  const readPoints = async () => {
    throw new Error("the store is away");
  };
  const made = { ...stage.evaluatorDeps(), metrics: { readPoints }, log: aLog() } as unknown as Services;
  const door = { ...options, services: () => made };

  const answer = await consume<Services, (typeof options.types)[number]>(door, { Records: [late] });

  expect(answer.batchItemFailures).toEqual([{ itemIdentifier: late.messageId }]);
  expect(eventTypes()).toEqual([]);
  expect((await serve([late])).batchItemFailures).toEqual([]);
  expect(eventTypes()).toEqual(["alert.fired.v1"]);
});

test("the trace and the cause of the batch ride on in the alert's event", async () => {
  const { tenantId, events } = await stage.tenant({});
  const message = aMessage(tenantId, [at(0, 95)], "traced");

  await serve([message]);

  expect(events()[0]).toMatchObject({
    traceId: "trace",
    causationId: JSON.parse(message.body).detail.id,
    provenance: { untrusted: expect.arrayContaining(["labels.*"]) },
  });
});
