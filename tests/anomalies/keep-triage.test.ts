import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { AnomalyTriagedV1 } from "../../events/anomalies.ts";
import { options } from "../../functions/anomalies-detect/handler.ts";
import type { Services } from "../../functions/anomalies-detect/services.ts";
import { keepTriage } from "../../shared/anomalies/keep-triage.ts";
import { Anomaly } from "../../shared/anomalies/schemas.ts";
import { envelop } from "../../shared/platform/bus/envelop.ts";
import { newId } from "../../shared/platform/ids.ts";
import { consume } from "../../shared/platform/lambda/queue-door.ts";
import type { Sample } from "../alerts/builders.ts";
import { aLog, aRecord } from "../platform/builders.ts";
import { noiseAt } from "./builders.ts";
import { minuteMs, type Stage, startMs, startStage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.stop());

const samples = (count: number): Sample[] =>
  Array.from({ length: count }, (_, minute) => ({
    atMs: startMs + minute * minuteMs,
    value: 100 + noiseAt(minute) + (minute >= 200 && minute < 206 ? 60 : 0),
    name: "latency",
  }));

async function aTenant() {
  const tenant = stage.tenant();
  const worker = tenant.worker();
  await tenant.feed(samples(203), worker);
  const page = await tenant.anomalies.list(tenant.tenantId, { from: "2026", to: "2027" }, 5);
  const [anomaly] = page.items;
  if (!anomaly) throw new Error("There is no anomaly to speak of.");
  const now = () => tenant.anomalies.get(tenant.tenantId, anomaly.id);
  return { ...tenant, worker, anomaly, now };
}

const aGuess = (anomalyId: string, set: Partial<AnomalyTriagedV1> = {}): AnomalyTriagedV1 => ({
  anomalyId,
  text: "Latency moved to another level.",
  kind: "level-shift",
  severity: "critical",
  agrees: true,
  model: "gpt-4o-mini",
  at: new Date(startMs + 200 * minuteMs).toISOString(),
  ...set,
});

test("R-04: a model's guess is noted once, and changes neither mode, score nor paging", async () => {
  const { tenantId, anomalies, anomaly, now } = await aTenant();
  const guess = aGuess(anomaly.id, { severity: "info" });
  const made = { log: aLog(), anomalies, detect: async () => undefined } as unknown as Services;
  const told = envelop({ ...stage.tenant().ctx, tenantId }, "analysis", {
    id: newId("event"),
    type: "anomaly.triaged.v1",
    data: guess,
  });

  const answer = await consume<Services, (typeof options.types)[number]>(
    { ...options, services: () => made },
    { Records: [aRecord(told), aRecord(told)] },
  );

  const { anomalyId: _, ...triage } = guess;
  expect(answer.batchItemFailures).toEqual([]);
  expect(await now()).toEqual({ ...anomaly, triage, version: anomaly.version + 1 });
});

test("a guess stays when the anomaly ends, and an older one does not come back over it", async () => {
  const { ctx, worker, feed, anomaly, anomalies, now } = await aTenant();
  const newer = aGuess(anomaly.id, {
    text: "It grew.",
    at: new Date(startMs + 202 * minuteMs).toISOString(),
  });

  await keepTriage(ctx, newer, { anomalies });
  await keepTriage(ctx, aGuess(anomaly.id), { anomalies });
  await feed(samples(300), worker);

  expect(await now()).toMatchObject({ state: "ended", triage: { text: "It grew." } });
});

test("S-01: a guess on another tenant's anomaly, or on none, changes nothing", async () => {
  const { anomaly, anomalies, now, ctx } = await aTenant();

  await keepTriage(stage.tenant().ctx, aGuess(anomaly.id), { anomalies });
  await keepTriage(ctx, aGuess(newId("anomaly")), { anomalies });

  expect(await now()).toEqual(anomaly);
});

test("an anomaly that was kept before there were guesses is read as one without", async () => {
  const { anomaly } = await aTenant();
  const { triage: _, ...before } = anomaly;

  expect(Anomaly.parse(before)).toEqual({ ...anomaly, triage: null });
});
