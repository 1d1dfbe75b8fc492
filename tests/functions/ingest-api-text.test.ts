import { readFileSync } from "node:fs";
import { describe, expect, test } from "@jest/globals";
import { limits } from "../../shared/ingest/index.ts";
import {
  anIngest,
  aPoint,
  attributes,
  json,
  otlp,
  plain,
  pointsOf,
  protobuf,
  rowsOf,
} from "../ingest/builders.ts";
import { toProtobuf } from "../ingest/otlp-reference.ts";

const naughty: string[] = JSON.parse(
  readFileSync(new URL("../ingest/fixtures/blns.json", import.meta.url), "utf8"),
);

describe("text from outside", () => {
  const names = naughty.filter((text) => text !== "" && Buffer.byteLength(text) <= limits.nameBytes);
  const keys = naughty.filter((text) => text !== "" && Buffer.byteLength(text) <= limits.labelKeyBytes);
  const values = naughty.filter((text) => Buffer.byteLength(text) <= limits.labelValueBytes);
  const items = naughty.map((_, i) => ({
    name: names[i % names.length] ?? "",
    unit: names[(i * 7) % names.length] ?? "",
    labels: Object.fromEntries([[keys[i % keys.length] ?? "", values[i % values.length] ?? ""]]),
  }));
  const asOtlp = {
    resourceMetrics: [
      {
        scopeMetrics: [
          {
            metrics: items.map(({ name, unit, labels }) => ({
              name,
              unit,
              gauge: { dataPoints: [aPoint({ attributes: attributes(labels) })] },
            })),
          },
        ],
      },
    ],
  };
  const wires: [string, typeof otlp | typeof plain, string | Uint8Array, Record<string, string>][] = [
    ["OTLP JSON", otlp, JSON.stringify(asOtlp), json],
    ["OTLP protobuf", otlp, toProtobuf(asOtlp), protobuf],
    ["the plain form", plain, JSON.stringify(items.map((item) => ({ ...item, value: 1 }))), json],
  ];
  test.each(wires)("naughty strings come back unchanged through %s", async (_, path, body, headers) => {
    const { ask, published } = anIngest();

    const reply = await ask({ path, body, headers });

    expect(reply.status).toBe(200);
    const told = published
      .flatMap((event) => rowsOf(pointsOf(event)))
      .map(({ name, unit, labels }) => ({ name, unit, labels }));
    expect(told).toHaveLength(items.length);
    expect(new Set(told.map((one) => JSON.stringify(one)))).toEqual(
      new Set(items.map((one) => JSON.stringify(one))),
    );
  });
});
