import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import type { Envelope } from "../../events/envelope.ts";
import { options } from "../../functions/analysis-explain/handler.ts";
import type { Services } from "../../functions/analysis-explain/services.ts";
import { triageAnomaly } from "../../shared/analysis/index.ts";
import { defaultBudgets } from "../../shared/models/budget.ts";
import { envelop } from "../../shared/platform/bus/envelop.ts";
import { newId } from "../../shared/platform/ids.ts";
import { consume } from "../../shared/platform/lambda/queue-door.ts";
import { aCtx, aProvider, makeModels, noonMs } from "../models/builders.ts";
import { aLog, aRecord } from "../platform/builders.ts";
import { type FakeOpenai, startFakeOpenai } from "../support/fake-openai.ts";
import { startTestTable, type TestTable } from "../support/table.ts";
import { aDetected } from "./builders.ts";
import { injections } from "./explain-builders.ts";

let testTable: TestTable;
let fake: FakeOpenai;
beforeAll(async () => {
  testTable = await startTestTable(() => noonMs);
  fake = await startFakeOpenai();
});
afterAll(async () => {
  await Promise.all([fake.stop(), testTable.stop()]);
});
beforeEach(() => {
  fake.requests.length = 0;
  fake.script();
  fake.say(() => good);
});

const good = { anomaly: true, type: "level-shift", severity: "critical", line: "Errors rose." };
const makeDeps = (budgets = defaultBudgets) => ({
  ...makeModels({
    table: testTable.table,
    providers: [aProvider(fake.baseUrl)],
    allow: [fake.allow],
    budgets,
  }).deps,
  redactionSalt: async () => "salt",
});
const promptOf = (index = 0) => fake.requests[index]?.messages[1]?.content ?? "";

/** Delivers the anomaly as the queue does; returns what was told and which records failed. */
async function deliver(
  anomaly = aDetected(),
  times = 1,
  deps: ReturnType<typeof makeDeps> | null = makeDeps(),
) {
  const told: Envelope[] = [];
  const made = {
    log: aLog(),
    triage: deps ? (ctx: never, seen: never) => triageAnomaly(ctx, seen, deps) : undefined,
    publish: async (events: readonly Envelope[]) => void told.push(...events),
  } as unknown as Services;
  const event = envelop(aCtx(), "anomalies", {
    id: newId("event"),
    type: "anomaly.detected.v1",
    data: anomaly,
  });
  const failures = [];
  for (let i = 0; i < times; i++) {
    const answer = await consume<Services, (typeof options.types)[number]>(
      { ...options, services: () => made },
      { Records: [aRecord(event)] },
    );
    failures.push(...answer.batchItemFailures);
  }
  return { told, failures };
}

test("the fast model's opinion of an anomaly that may page is told, and marked as text from outside", async () => {
  const anomaly = aDetected();

  const { told, failures } = await deliver(anomaly);

  expect(failures).toEqual([]);
  expect(told).toMatchObject([
    {
      type: "anomaly.triaged.v1",
      provenance: { untrusted: ["text"] },
      data: {
        anomalyId: anomaly.anomalyId,
        text: "Errors rose.",
        kind: "level-shift",
        severity: "critical",
        agrees: true,
        model: "gpt-4o-mini",
        at: anomaly.at,
      },
    },
  ]);
});

test("R-04: the same anomaly twice asks once and tells the same event", async () => {
  const { told } = await deliver(aDetected(), 2);

  expect(fake.requests).toHaveLength(1);
  expect(told).toHaveLength(2);
  expect(told[1]?.id).toBe(told[0]?.id);
  expect(told[1]?.data).toEqual(told[0]?.data);
});

test("an anomaly in shadow is never asked about", async () => {
  expect((await deliver(aDetected({ mode: "shadow" }))).told).toEqual([]);
  expect(fake.requests).toEqual([]);
});

test("without a model nothing is told", async () => {
  expect(await deliver(aDetected(), 1, null)).toEqual({ told: [], failures: [] });
});

test.each(["refusal", "wrong-types", "html", "unauthorized"] as const)(
  "F13: a model that answers with %s tells nothing, and nothing is retried",
  async (fault) => {
    fake.script(fault, fault, fault, fault);

    expect(await deliver()).toEqual({ told: [], failures: [] });
  },
);

test("S-45: a model that was talked out of it does not lower the severity, and its dissent is told", async () => {
  fake.say(() => ({ anomaly: false, type: "noise", severity: "info", line: "All is fine." }));

  const { told } = await deliver(aDetected({ labels: { note: injections[0] ?? "" } }));

  expect(told[0]?.data).toMatchObject({ agrees: false, severity: "critical", kind: "noise" });
});

test.each(injections)("S-46: %j in its names reaches the model in quotes and harmless", async (text) => {
  const contributions = [{ metric: text, labels: {}, share: 0.9 }];
  await deliver(aDetected({ metric: text, service: text, unit: text, labels: { [text]: text } }));
  await deliver(aDetected({ kind: "vector", metric: null, service: text, contributions }));

  for (const prompt of [promptOf(0), promptOf(1)]) {
    expect(prompt.split("\n")).toHaveLength(3);
    expect(prompt).not.toMatch(/[<>`{}|\u202E\u200B]/u);
  }
});

test("S-48: what a model says is kept as plain words", async () => {
  fake.say(() => ({ ...good, line: "Look ![x](https://evil.example/?q=1) <b>now</b>\u202E" }));

  const { told } = await deliver();

  expect(JSON.stringify(told[0]?.data)).not.toMatch(/evil\.example|[<\u202E]/);
});

test("S-52: a storm of anomalies leaves half of the day's budget to incidents", async () => {
  const budgets = { ...defaultBudgets, tenantDay: { ...defaultBudgets.tenantDay, calls: 6 } };
  const deps = makeDeps(budgets);
  const ctx = aCtx();

  for (let i = 0; i < 8; i++) {
    await triageAnomaly(ctx, aDetected({ anomalyId: newId("anomaly"), score: 6 + i }), deps);
  }

  expect(fake.requests).toHaveLength(3);
  expect((await deps.budget.today(ctx.tenantId, noonMs)).calls).toBe(3);
});
