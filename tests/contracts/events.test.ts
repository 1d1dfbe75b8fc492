import { describe, expect, test } from "@jest/globals";
import { catalog, eventTypes } from "../../events/catalog.ts";
import { Envelope } from "../../events/envelope.ts";
import { topology } from "../../infra/topology/index.ts";
import { decodePoints } from "../../shared/metrics/index.ts";
import { envelop } from "../../shared/platform/bus/envelop.ts";
import { readSamples } from "./read-samples.ts";

const samples = readSamples();
const consumed = topology.flatMap(({ trigger }) => (trigger.kind === "queue" ? trigger.types : []));
const published = topology.flatMap((row) => row.publishes);

describe("the catalog", () => {
  test.each(eventTypes)("%s is published by a function", (type) => {
    expect(published).toContain(type);
  });

  test.each(eventTypes)("%s has a consumer or is marked terminal", (type) => {
    expect(consumed.includes(type)).toBe(!catalog[type].terminal);
  });

  test.each(eventTypes)("%s is past tense, domain first, version last", (type) => {
    expect(type).toMatch(/^[a-z]+\.[a-z]+(-[a-z]+)*ed\.v\d+$|^[a-z]+\.(sent)\.v\d+$/);
    expect(catalog[type].says).toMatch(/^[A-Z].*\.$/);
  });
});

describe("the samples", () => {
  test("there is one for each event type and no other", () => {
    expect([...samples.keys()].sort()).toEqual([...eventTypes].sort());
  });

  test.each(eventTypes)("%s is whole: envelope and data, with no field unknown to its schema", (type) => {
    const sample = Envelope.strict().parse(samples.get(type));

    expect(sample.type).toBe(type);
    expect(catalog[type].schema.parse(sample.data)).toEqual(sample.data);
  });

  test.each(eventTypes)("%s says which parts came from outside, as the catalog does", (type) => {
    const { tenantId, actor, traceId, causationId, time, ...sample } = Envelope.parse(samples.get(type));

    const made = envelop({ tenantId, actor, traceId, causationId, nowMs: Date.parse(time) }, sample.source, {
      id: sample.id,
      type,
      data: sample.data as never,
    });

    expect(made).toEqual(samples.get(type));
    for (const path of sample.provenance.untrusted) {
      expect(Object.keys(sample.data)).toContain(path.split(".")[0]);
    }
  });

  test("the packed points of the sample can be read", () => {
    const { data } = Envelope.parse(samples.get("metrics.received.v1"));
    const batch = catalog["metrics.received.v1"].schema.parse(data);

    const points = decodePoints(Buffer.from(batch.packed.base64, "base64"));

    expect(points.values).toHaveLength(batch.pointCount);
    expect(points.series).toHaveLength(batch.seriesCount);
  });
});
