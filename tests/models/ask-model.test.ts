import { afterAll, beforeAll, beforeEach, describe, expect, test } from "@jest/globals";
import { z } from "zod";
import { defaultBudgets } from "../../shared/models/budget.ts";
import { askModel, readUsage } from "../../shared/models/index.ts";
import { AiUsage } from "../../shared/models/schemas.ts";
import { type FakeOpenai, type Fault, startFakeOpenai } from "../support/fake-openai.ts";
import { startTestTable, type TestTable } from "../support/table.ts";
import { aCtx, aProvider, aQuestion, makeModels, noonMs } from "./builders.ts";

let testTable: TestTable;
let first: FakeOpenai;
let second: FakeOpenai;
beforeAll(async () => {
  testTable = await startTestTable(() => noonMs);
  first = await startFakeOpenai();
  second = await startFakeOpenai();
});
afterAll(async () => {
  await Promise.all([first.stop(), second.stop(), testTable.stop()]);
});
beforeEach(() => {
  for (const one of [first, second]) {
    one.requests.length = 0;
    one.script();
    one.say(() => ({ ok: true }));
  }
});

const alone = () =>
  makeModels({ table: testTable.table, providers: [aProvider(first.baseUrl)], allow: [first.allow] });
const withFallback = () =>
  makeModels({
    table: testTable.table,
    providers: [aProvider(first.baseUrl), aProvider(second.baseUrl, { model: "llama" })],
    allow: [first.allow, second.allow],
  });

describe("asking a model", () => {
  test("an answer of the asked form comes with what it cost", async () => {
    const answer = await askModel(aCtx(), aQuestion(), alone().deps);

    expect(answer).toMatchObject({
      kind: "answered",
      value: { ok: true },
      model: "gpt-4o",
      cached: false,
      repaired: false,
      usage: { calls: 1, inputTokens: 120, outputTokens: 40, costUsd: (120 * 2.5 + 40 * 10) / 1e6 },
    });
    expect(first.requests).toMatchObject([
      { path: "/v1/chat/completions", authorization: "Bearer fake-key", model: "gpt-4o", hasForm: true },
    ]);
  });

  test("a fast question goes to the fast model", async () => {
    await askModel(aCtx(), aQuestion({ speed: "fast" }), alone().deps);
    expect(first.requests).toMatchObject([{ model: "gpt-4o-mini" }]);
  });

  test("without a provider nothing is asked and nothing fails", async () => {
    const { deps } = makeModels({ table: testTable.table, providers: [], allow: [] });
    expect(await askModel(aCtx(), aQuestion(), deps)).toMatchObject({
      kind: "unavailable",
      reason: "not-configured",
    });
  });

  test.each<[Fault, string, number, boolean]>([
    ["fenced", "answered", 1, false],
    ["cut", "answered", 2, true],
    ["html", "answered", 2, true],
    ["empty-choices", "answered", 2, true],
    ["no-content", "answered", 2, true],
    ["wrong-types", "answered", 2, true],
    ["prose", "answered", 2, true],
    ["not-json", "answered", 2, true],
    ["cut-sse", "answered", 2, true],
    ["rate-limited", "answered", 2, false],
    ["internal-error", "answered", 2, false],
    ["reset", "answered", 2, false],
    ["context-too-long", "answered", 2, false],
    ["no-forms", "answered", 2, false],
  ])("F13, F14: %s once: %s after %i requests", async (fault, kind, requests, repaired) => {
    first.script(fault);
    const answer = await askModel(aCtx(), aQuestion(), alone().deps);
    expect(answer).toMatchObject({ kind, repaired });
    expect(first.requests).toHaveLength(requests);
  });

  test.each<[Fault, string, number]>([
    ["cut", "invalid-answer", 2],
    ["html", "invalid-answer", 2],
    ["empty-choices", "invalid-answer", 2],
    ["wrong-types", "invalid-answer", 2],
    ["prose", "invalid-answer", 2],
    ["not-json", "invalid-answer", 2],
    ["cut-sse", "invalid-answer", 2],
    ["rate-limited", "rate-limited", 3],
    ["internal-error", "provider-error", 3],
    ["reset", "provider-error", 3],
    ["unauthorized", "unauthorized", 1],
    ["context-too-long", "too-long", 2],
    ["refusal", "refused", 1],
    ["filtered", "refused", 1],
    ["redirect-inward", "provider-error", 3],
  ])("F13, F14: %s for ever: %s after %i requests", async (fault, reason, requests) => {
    first.script(...Array.from({ length: 10 }, () => fault));
    const answer = await askModel(aCtx(), aQuestion(), alone().deps);
    expect(answer).toMatchObject({ kind: "unavailable", reason });
    expect(first.requests).toHaveLength(requests);
  });

  test("S-26: an answer without an end is read as far as an answer may be long, and is no answer", async () => {
    first.script("endless", "endless");

    const answer = await askModel(aCtx(), aQuestion(), alone().deps);

    expect(answer).toMatchObject({ kind: "unavailable", reason: "invalid-answer" });
    expect(first.requests).toHaveLength(2);
  });

  test.each<Fault>(["hang", "hang-in-body"])("F12: %s: the time given is kept", async (fault) => {
    first.script(fault, fault, fault);
    const { deps } = alone();
    await askModel(aCtx(), aQuestion({ subject: ["warm"], budgetMs: 20_000 }), {
      ...deps,
      providers: async () => [],
    });
    const startMs = performance.now();
    const answer = await askModel(aCtx(), aQuestion({ budgetMs: 700 }), deps);
    expect(answer).toMatchObject({ kind: "unavailable", reason: "timed-out" });
    expect(performance.now() - startMs).toBeLessThan(2_500);
    expect(first.requests).toHaveLength(1);
  });

  test("F14: a refused key raises an alarm, and the provider is not asked again", async () => {
    first.script("unauthorized");
    const { deps, logged } = alone();
    const ctx = aCtx();
    await askModel(ctx, aQuestion(), deps);
    expect(logged).toMatchObject([{ level: "error", fields: { alarm: "ai-unauthorized" } }]);

    const later = { ...ctx, nowMs: noonMs + 10 * 60_000 };
    expect(await askModel(later, aQuestion(), deps)).toMatchObject({ reason: "circuit-open" });
    expect(first.requests).toHaveLength(1);
  });

  test("F14: a prompt that is too long is shortened once", async () => {
    first.script("context-too-long");
    await askModel(aCtx(), aQuestion(), alone().deps);
    expect(first.requests.map(({ messages }) => messages[1]?.content.startsWith("a short"))).toEqual([
      false,
      true,
    ]);
  });

  test("F13: the repair shows what was wrong, once", async () => {
    first.script("wrong-types");
    await askModel(aCtx(), aQuestion(), alone().deps);
    const repair = first.requests[1]?.messages ?? [];
    expect(repair).toHaveLength(4);
    expect(repair[3]?.content).toMatch(/ok: Invalid input/);
  });

  test("a wait that does not fit into the time is not waited for", async () => {
    first.script("rate-limited-with-wait");
    const { deps, pausesMs } = alone();
    expect(await askModel(aCtx(), aQuestion(), deps)).toMatchObject({ reason: "rate-limited" });
    expect(pausesMs).toEqual([]);
  });

  test.each<Fault>(["unauthorized", "internal-error", "html", "hang"])(
    "after %s the fallback is asked",
    async (fault) => {
      first.script(...Array.from({ length: 5 }, () => fault));
      const answer = await askModel(aCtx(), aQuestion({ budgetMs: 1_500 }), withFallback().deps);
      expect(answer).toMatchObject({ kind: "answered", model: "llama" });
      expect(answer.usage.costUsd).toBeNull();
      expect(second.requests).toHaveLength(1);
    },
  );

  test("S-15: an address inside a network is never connected to", async () => {
    const provider = aProvider(first.baseUrl);
    const { deps } = makeModels({ table: testTable.table, providers: [provider], allow: [] });
    expect(await askModel(aCtx(), aQuestion(), deps)).toMatchObject({ reason: "provider-error" });
    expect(first.requests).toEqual([]);
  });
});

describe("the circuit breaker", () => {
  test("opens after five failures in a row, and lets one request try it after a minute", async () => {
    const { deps } = alone();
    const ctx = aCtx();
    const ask = (afterMs: number, subject: string) =>
      askModel({ ...ctx, nowMs: noonMs + afterMs }, aQuestion({ subject: [subject] }), deps);
    first.script(...Array.from({ length: 6 }, () => "internal-error" as const));

    await ask(0, "a");
    await ask(1_000, "b");
    expect(first.requests).toHaveLength(6);
    expect(await ask(30_000, "c")).toMatchObject({ reason: "circuit-open" });
    expect(first.requests).toHaveLength(6);

    const probes = await Promise.all(["d", "e", "f"].map((subject) => ask(70_000, subject)));
    expect(probes.filter(({ kind }) => kind === "answered").length).toBeGreaterThanOrEqual(1);
    expect(await ask(71_000, "g")).toMatchObject({ kind: "answered" });
  });

  test("of many that find it half-open, one asks", async () => {
    const provider = aProvider(first.baseUrl);
    const { deps } = makeModels({ table: testTable.table, providers: [provider], allow: [first.allow] });
    for (let i = 0; i < 5; i++)
      await deps.breakers.leave(provider.name, { kind: "failed", reason: "x" }, noonMs);
    const admissions = await Promise.all(
      Array.from({ length: 20 }, () => deps.breakers.enter(provider.name, noonMs + 61_000)),
    );
    expect(admissions.filter(({ kind }) => kind === "half-open")).toHaveLength(1);
  });
});

describe("economy", () => {
  test("F1: the same question is answered from the cache, for nothing", async () => {
    const { deps } = alone();
    const ctx = aCtx();
    await askModel(ctx, aQuestion(), deps);
    expect(await askModel(ctx, aQuestion(), deps)).toMatchObject({
      cached: true,
      usage: { calls: 0, costUsd: 0 },
    });
    expect(first.requests).toHaveLength(1);
  });

  test("S-05: another tenant, another model, another form or other evidence is another question", async () => {
    const { deps } = alone();
    const ctx = aCtx();
    await askModel(ctx, aQuestion(), deps);
    await askModel(aCtx(), aQuestion(), deps);
    await askModel(ctx, aQuestion({ speed: "fast" }), deps);
    await askModel(ctx, aQuestion({ subject: ["is it not?"] }), deps);
    const form = { name: "yes", schema: z.object({ ok: z.boolean(), why: z.string().optional() }) };
    await askModel(ctx, { ...aQuestion(), form }, deps);
    expect(first.requests).toHaveLength(5);
  });

  test("a pattern forgets an incident's answers and no others", async () => {
    const { deps } = alone();
    const ctx = aCtx();
    const ask = (incidentId: string) => askModel(ctx, aQuestion({ incidentId }), deps);
    await ask("inc_a");
    await ask("inc_b");
    expect(await deps.cache.invalidate(ctx.tenantId, "inc_a/*")).toBe(1);
    expect(await deps.cache.invalidate(aCtx().tenantId, "*")).toBe(0);
    expect(await ask("inc_a")).toMatchObject({ cached: false });
    expect(await ask("inc_b")).toMatchObject({ cached: true });
    expect(await deps.cache.invalidate(ctx.tenantId, "*/explanation/*")).toBe(2);
  });

  test("S-52: of many requests side by side no more are made than the budget allows", async () => {
    const budgets = { ...defaultBudgets, incident: { calls: 3, tokens: 1e6, costUsd: 10 } };
    const { deps } = makeModels({
      table: testTable.table,
      providers: [aProvider(first.baseUrl)],
      allow: [first.allow],
      budgets,
    });
    const ctx = aCtx();
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, i) =>
        askModel(ctx, aQuestion({ incidentId: "inc_a", subject: [i] }), deps),
      ),
    );
    expect(answers.filter(({ kind }) => kind === "answered")).toHaveLength(3);
    expect(
      answers.filter((one) => one.kind === "unavailable" && one.reason === "budget-exhausted"),
    ).toHaveLength(9);
    expect(first.requests).toHaveLength(3);
    expect(await deps.budget.today(ctx.tenantId, noonMs)).toMatchObject({ calls: 3, tokens: 480 });
    expect(await askModel(aCtx(), aQuestion({ incidentId: "inc_a" }), deps)).toMatchObject({
      kind: "answered",
    });
  });

  test.each([
    ["tokens", { calls: 100, tokens: 400, costUsd: 10 }],
    ["dollars", { calls: 100, tokens: 1e6, costUsd: 0.003 }],
  ])("S-09, S-52: the day's %s bound what the tenant asks", async (_, tenantDay) => {
    const { deps } = makeModels({
      table: testTable.table,
      providers: [aProvider(first.baseUrl)],
      allow: [first.allow],
      budgets: { ...defaultBudgets, tenantDay },
    });
    const ctx = aCtx();
    const outcomes: string[] = [];
    for (let i = 0; i < 5; i++) {
      const answer = await askModel(ctx, aQuestion({ subject: [i] }), deps);
      outcomes.push(answer.kind === "answered" ? "answered" : answer.reason);
    }
    expect(outcomes).toContain("answered");
    expect(outcomes.at(-1)).toBe("budget-exhausted");
    expect(await askModel({ ...ctx, nowMs: noonMs + 86_400_000 }, aQuestion(), deps)).toMatchObject({
      kind: "answered",
    });
  });

  test("the usage tells calls, tokens, dollars and the state of the providers", async () => {
    const { deps } = withFallback();
    const ctx = aCtx();
    await askModel(ctx, aQuestion(), deps);
    await askModel(ctx, aQuestion(), deps);
    first.script("refusal");
    await askModel({ ...ctx, nowMs: noonMs + 1_000 }, aQuestion({ purpose: "question", subject: [2] }), deps);

    const usage = AiUsage.parse(await readUsage({ ...ctx, nowMs: noonMs + 2_000 }, { days: 7 }, deps));
    expect(usage).toMatchObject({
      from: "2026-11-14",
      to: "2026-11-20",
      total: { calls: 3, cached: 1, inputTokens: 240, outputTokens: 80 },
      byOutcome: expect.arrayContaining([expect.objectContaining({ outcome: "refused", calls: 1 })]),
      byPurpose: expect.arrayContaining([expect.objectContaining({ purpose: "question", calls: 1 })]),
      budget: { calls: { used: 2, limit: defaultBudgets.tenantDay.calls } },
      providers: [{ state: "closed" }, { state: "closed" }],
    });
    expect(usage.byDay).toHaveLength(7);
    expect(usage.recent.map(({ outcome, cached }) => [outcome, cached])).toEqual(
      expect.arrayContaining([
        ["refused", false],
        ["answered", false],
        ["answered", true],
      ]),
    );
    expect((await readUsage(aCtx(), { days: 7 }, deps)).total.calls).toBe(0);
  });
});
