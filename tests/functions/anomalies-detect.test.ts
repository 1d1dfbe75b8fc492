import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { options } from "../../functions/anomalies-detect/handler.ts";
import type { Services } from "../../functions/anomalies-detect/services.ts";
import { makeDetect } from "../../shared/anomalies/detect-anomalies.ts";
import { envelop } from "../../shared/platform/bus/envelop.ts";
import { newId } from "../../shared/platform/ids.ts";
import { consume } from "../../shared/platform/lambda/queue-door.ts";
import { aCtx, aReceived, type Sample } from "../alerts/builders.ts";
import { noiseAt } from "../anomalies/builders.ts";
import { minuteMs, type Stage, startMs, startStage } from "../anomalies/stage.ts";
import { aLog, aRecord } from "../platform/builders.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.stop());

const samples: Sample[] = Array.from({ length: 203 }, (_, minute) => ({
  atMs: startMs + minute * minuteMs,
  value: 100 + noiseAt(minute) + (minute >= 200 ? 60 : 0),
  name: "latency",
}));

function aMessage(tenantId: string, part: readonly Sample[]) {
  const data = aReceived(part);
  return aRecord(
    envelop(aCtx({ tenantId }), "ingest", { id: newId("event"), type: "metrics.received.v1", data }),
  );
}

function serve(tenant: ReturnType<Stage["tenant"]>, Records: ReturnType<typeof aRecord>[]) {
  const made = { log: aLog(), detect: makeDetect(tenant.worker()) } as unknown as Services;
  return consume<Services, (typeof options.types)[number]>({ ...options, services: () => made }, { Records });
}

test("R-05: a batch with one poison record returns exactly that record's id, and the others are seen", async () => {
  const tenant = stage.tenant();
  const broken = aMessage(tenant.tenantId, samples.slice(0, 5));
  const body = JSON.parse(broken.body);
  body.detail.data.packed.base64 = "AAAA";
  const poison = { ...broken, body: JSON.stringify(body) };

  const answer = await serve(tenant, [poison, aMessage(tenant.tenantId, samples)]);

  expect(answer.batchItemFailures).toEqual([{ itemIdentifier: poison.messageId }]);
  expect(tenant.events("anomaly.detected.v1")).toHaveLength(1);
});

test("batches of one tenant that arrive together count as one, whatever their order", async () => {
  const tenant = stage.tenant();
  const [first, second] = [samples.slice(0, 120), samples.slice(120)];

  await serve(tenant, [aMessage(tenant.tenantId, second), aMessage(tenant.tenantId, first)]);

  expect(tenant.events("anomaly.detected.v1").map(({ data }) => data["since"])).toEqual([
    new Date(startMs + 200 * minuteMs).toISOString(),
  ]);
});

test("a store that cannot be reached hands every batch of that tenant back", async () => {
  const tenant = stage.tenant();
  const worker = tenant.worker();
  const away = { ...worker.blocks, save: () => Promise.reject(new Error("away")) };
  const made = { log: aLog(), detect: makeDetect({ ...worker, blocks: away }) } as unknown as Services;
  const message = aMessage(tenant.tenantId, samples.slice(0, 3));

  const answer = await consume<Services, (typeof options.types)[number]>(
    { ...options, services: () => made },
    { Records: [message] },
  );

  expect(answer.batchItemFailures).toEqual([{ itemIdentifier: message.messageId }]);
});
