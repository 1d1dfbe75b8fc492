import { describe, expect, test } from "@jest/globals";
import { acceptMetrics, decodePlainMetrics } from "../../shared/ingest/index.ts";
import { makeLog } from "../../shared/platform/log.ts";
import { redactAttributes, redactLabels } from "../../shared/redaction/index.ts";
import { aCtx, dataOf, pointsOf } from "../ingest/builders.ts";
import { known } from "./secrets.ts";
import { Seeded } from "./seeded.ts";

const r = new Seeded(21);
const awsKey = () => `AKIA${r.of("ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", 16)}`;

describe("redacting what has names", () => {
  test("S-57: names are masked as well as values", () => {
    const key = awsKey();
    const { labels, counts } = redactLabels({ [key]: "1", host: `a ${key}`, region: "eu" }, "salt");
    expect(JSON.stringify(labels)).not.toContain(key);
    expect(labels).toMatchObject({ region: "eu" });
    expect(counts).toEqual({ "aws-key": 2 });
  });

  test.each([
    ["db.password", "hunter2", "password"],
    ["http.request.header.authorization", "Bearer abcdefg", "authorization"],
    ["http.request.header.cookie", "sid=1234", "cookie"],
    ["apiKey", "0d3f0a52-2d7c-4d6b-9d0e-0f6a3c1b2d4e", "secret"],
  ])("a value whose name calls it secret goes whole: %s", (name, value, kind) => {
    const { labels } = redactLabels({ [name]: value }, "salt");
    expect(labels[name]).toMatch(new RegExp(`^\\[REDACTED:${kind}:[0-9a-f]{4}\\]$`));
  });

  test("labels without a secret are the very same object", () => {
    const labels = { "service.name": "cart", "trace.id": r.hex(32) };
    expect(redactLabels(labels, "salt").labels).toBe(labels);
  });

  test("attributes are masked at every depth, and what is no text stays", () => {
    const key = awsKey();
    const { value } = redactAttributes(
      { a: [1, true, null, { b: [key] }], n: 7, password: "hunter2" },
      "salt",
    );
    expect(value).toMatchObject({
      a: [1, true, null, { b: [expect.stringMatching(/^\[REDACTED:aws-key/)] }],
      n: 7,
    });
    expect(value.password).toMatch(/^\[REDACTED:password:/);
  });

  test("S-57: no secret of a label reaches the bus", async () => {
    const planted = Object.values(known).map((make) => make(r));
    const items = planted.map(({ text }, i) => ({
      name: "m",
      value: i,
      labels: { note: text.slice(0, 1_000), [text.slice(0, 30)]: "x" },
    }));
    const published: string[] = [];
    await acceptMetrics(aCtx(), decodePlainMetrics(Buffer.from(JSON.stringify(items))), {
      redactionSalt: async () => "salt",
      publish: async (events) => {
        for (const event of events) {
          published.push(
            ...pointsOf(event).series.map(({ labels }) => JSON.stringify(labels)),
            JSON.stringify(dataOf(event)),
          );
        }
      },
    });
    const all = published.join("\n");
    const short = planted.flatMap((one) => one.planted).filter((secret) => secret.length <= 300);
    expect(short.filter((secret) => all.includes(JSON.stringify(secret).slice(1, -1)))).toEqual([]);
  });

  test("S-59: our own log writes no secret", () => {
    const lines: string[] = [];
    const log = makeLog({ function: "test" }, (line) => lines.push(line));
    const planted = Object.values(known).map((make) => make(r));
    for (const { text } of planted) {
      log.error(`failed for ${text}`, { error: new Error(text), headers: { authorization: text } });
    }
    const all = lines.join("\n");
    const secrets = planted.flatMap((one) => one.planted);
    expect(secrets.filter((secret) => all.includes(JSON.stringify(secret).slice(1, -1)))).toEqual([]);
    for (const line of lines) expect(JSON.parse(line)).toMatchObject({ level: "error", function: "test" });
  });
});
