import { deflateRawSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import fc from "fast-check";
import { detectAnomalies, readSamples } from "../../shared/anomalies/detect-anomalies.ts";
import { makeDirectoryStore } from "../../shared/anomalies/directory-store.ts";
import {
  forestId,
  labelsOf,
  vectorBlockId,
  type WatchedService,
  watchedOf,
} from "../../shared/anomalies/watched-service.ts";
import { aReceived } from "../alerts/builders.ts";
import { type Stage, startMs, startStage } from "./stage.ts";

const project = fc.constantFrom("default", "north", 'no"rth', "p");
const aService: fc.Arbitrary<WatchedService> = fc.record({
  project,
  service: fc.oneof(
    fc.constantFrom("checkout", '["north","checkout"]', '"north"checkout', "north/checkout"),
    fc.record({ project, service: fc.constant("checkout") }).map(vectorBlockId),
    fc.string({ minLength: 1, maxLength: 20 }),
  ),
});

describe("the ids of what is kept of a service", () => {
  test("are those of no other service, whatever their names", () => {
    fc.assert(
      fc.property(aService, aService, (one, other) => {
        const isSame = one.project === other.project && one.service === other.service;
        expect(vectorBlockId(one) === vectorBlockId(other)).toBe(isSame);
        expect(forestId(one) === forestId(other)).toBe(isSame);
      }),
    );
  });

  test("follow from its labels", () => {
    fc.assert(
      fc.property(aService, (one) => {
        expect(watchedOf(labelsOf(one))).toEqual(one);
      }),
    );
  });
});

describe("the directory of watched services", () => {
  let stage: Stage;
  beforeAll(async () => {
    stage = await startStage();
  });
  afterAll(() => stage.stop());

  const north = { project: "north", service: "checkout" };
  const checkout = { project: "default", service: "checkout" };

  test("as it was stored before services had projects is the default one's", async () => {
    const { tenantId } = stage.tenant();
    const data = deflateRawSync(JSON.stringify({ blocks: [["a"]], services: ["checkout"] }));
    await stage.table.put(tenantId, { pk: "DIRECTORY", sk: "SERIES", version: 3, data });
    const store = makeDirectoryStore(stage.table);

    const before = await store.load(tenantId);
    await store.save(tenantId, { ...before, services: [...before.services, north] });

    expect(before).toEqual({ version: 3, blocks: [["a"]], services: [checkout] });
    expect(await store.load(tenantId)).toEqual({
      version: 4,
      blocks: [["a"]],
      services: [checkout, north],
    });
  });

  test("is read again each hour, so that what lost its place gets one when it is back", async () => {
    const { tenantId, ctx, worker } = stage.tenant();
    const deps = worker();
    const sampled = readSamples(aReceived([{ atMs: startMs, value: 1, labels: labelsOf(north) }]));
    const servicesAfter = async (minutes: number) => {
      await detectAnomalies({ ...ctx, nowMs: startMs + minutes * 60_000 }, sampled, deps);
      return (await deps.directory.load(tenantId)).services;
    };
    await servicesAfter(0);
    await deps.directory.save(tenantId, { ...(await deps.directory.load(tenantId)), services: [] });

    expect(await servicesAfter(59)).toEqual([]);
    expect(await servicesAfter(60)).toEqual([north]);
  });
});
