import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { AlertRule } from "../../shared/alerts/schemas.ts";
import {
  askQuestion,
  checkGuard,
  giveFeedback,
  readAnalysis,
  readPostMortem,
  requestAnalysis,
  runAnalysis,
  savePostMortem,
} from "../../shared/analysis/index.ts";
import { readLatest } from "../../shared/analysis/read-analysis.ts";
import type { Analysis } from "../../shared/analysis/schemas.ts";
import { transitionIncident } from "../../shared/incidents/transition-incident.ts";
import type { Ctx } from "../../shared/platform/context.ts";
import { Conflict, NotFound } from "../../shared/platform/errors.ts";
import { startTestTable, type TestTable } from "../support/table.ts";
import {
  type AnalysisWorld,
  aCtx,
  aPerson,
  aRequest,
  deploy,
  makeAnalysisWorld,
  noonMs,
  openIncident,
  storeShop,
} from "./builders.ts";

let testTable: TestTable;
let world: AnalysisWorld;
let ctx: Ctx;
let analysis: Analysis;
let ids: { incidentId: string; analysisId: string };

beforeAll(async () => {
  testTable = await startTestTable(() => noonMs);
  world = makeAnalysisWorld(testTable.table);
  ctx = aCtx({ actor: aPerson });
  await storeShop(ctx, world);
  await deploy(ctx, world, { service: "payments" });
  const incident = await openIncident(ctx, world);
  await runAnalysis(ctx, aRequest(incident), world.deps);
  const latest = await readLatest(ctx, incident.id, world.deps);
  if (!latest.analysis) throw new Error("there is no analysis");
  analysis = latest.analysis;
  ids = { incidentId: incident.id, analysisId: analysis.id };
});
afterAll(() => testTable.stop());

describe("feedback", () => {
  test("what a person rejects loses, what is accepted gains, and the last word counts", async () => {
    const [first, second] = analysis.hypotheses;
    const say = (hypothesisId: string | undefined, verdict: "accepted" | "rejected") =>
      giveFeedback(ctx, ids, { hypothesisId: hypothesisId ?? "", verdict }, world.deps);

    await say(first?.id, "rejected");
    const after = await say(second?.id, "accepted");
    const back = await say(first?.id, "accepted");

    const scoreOf = ({ hypotheses }: Analysis, id: string | undefined) =>
      hypotheses.find((one) => one.id === id)?.score ?? 0;
    expect(scoreOf(after, first?.id)).toBeLessThan(first?.score ?? 0);
    expect(scoreOf(after, second?.id)).toBeGreaterThan(second?.score ?? 0);
    expect(scoreOf(back, first?.id)).toBeGreaterThan(first?.score ?? 0);
    expect(back.hypotheses[0]?.feedback).toMatchObject({ verdict: "accepted", actor: aPerson });
  });

  test("a correction is what incidents to come are told", async () => {
    const [first] = analysis.hypotheses;
    const cause = { service: "card-processor" };

    await giveFeedback(ctx, ids, { hypothesisId: first?.id ?? "", verdict: "corrected", cause }, world.deps);
    const [past] = await world.deps.signatures.before(ctx.tenantId, noonMs);

    expect(past).toMatchObject({ cause: { service: "card-processor", metric: null }, validated: true });
  });

  test("another tenant's analysis, and a hypothesis that is not there, are not found", async () => {
    const input = { hypothesisId: analysis.hypotheses[0]?.id ?? "", verdict: "accepted" as const };

    await expect(giveFeedback(aCtx(), ids, input, world.deps)).rejects.toThrow(NotFound);
    await expect(giveFeedback(ctx, ids, { ...input, hypothesisId: "hyp_x" }, world.deps)).rejects.toThrow(
      NotFound,
    );
    await expect(readAnalysis(ctx, { ...ids, analysisId: "ana_x" }, world.deps)).rejects.toThrow(NotFound);
    await expect(requestAnalysis(aCtx(), ids.incidentId, world.deps)).rejects.toThrow(NotFound);
  });
});

describe("questions", () => {
  const ask = (question: string, askModel?: Parameters<typeof askQuestion>[3]["askModel"]) =>
    askQuestion(ctx, ids.incidentId, { question }, { ...world.deps, askModel });

  test.each([
    ["Why did it break?", /payments/],
    ["Was something deployed?", /payments was deployed as 2\.4\.0/],
    ["Which alerts fired?", /Answers are slow/],
    ["What about the latency of checkout?", /checkout/],
  ])("%s is answered from the evidence, with citations", async (question, expected) => {
    const answer = await ask(question);

    expect(answer.claims.map(({ text }) => text).join("\n")).toMatch(expected);
    expect(answer.origin).toBe("deterministic");
    const shown = new Set(answer.evidence.map(({ id }) => id));
    for (const { evidenceIds } of answer.claims) {
      for (const id of evidenceIds) expect(shown.has(id)).toBe(true);
    }
  });

  test("what the evidence does not hold is said so", async () => {
    const answer = await ask("Quel temps fait-il demain?");

    expect(answer.claims).toEqual([]);
    expect(answer.nothingFound).toMatch(/does not hold an answer/);
  });

  test("S-51: a model's sentence that cites nothing that exists is struck and counted", async () => {
    const [piece] = analysis.evidence;
    const cost = { calls: 1, inputTokens: 10, outputTokens: 10, costUsd: 0.001 };
    const claims = [
      { text: "It is supported.", evidenceIds: [piece?.id ?? "", "evd_invented"] },
      { text: "It is made up.", evidenceIds: ["evd_invented"] },
    ];

    const answer = await ask("Why?", async () => ({ claims, cost }));

    expect(answer.claims).toEqual([{ text: "It is supported.", evidenceIds: [piece?.id] }]);
    expect(answer).toMatchObject({ origin: "model", struckClaims: 1, cost });
  });

  test("where nothing of a model's answer holds, the rules answer", async () => {
    const cost = { calls: 1, inputTokens: 10, outputTokens: 10, costUsd: 0.001 };

    const answer = await ask("Why?", async () => ({ claims: [{ text: "x", evidenceIds: [] }], cost }));

    expect(answer).toMatchObject({ origin: "deterministic", struckClaims: 1 });
    expect(answer.claims.length).toBeGreaterThan(0);
  });
});

describe("the post-mortem", () => {
  test("is drafted from timeline and analysis, and kept as people write it", async () => {
    const draft = await readPostMortem(ctx, ids.incidentId, world.deps);
    const { summary, impact, fixes, actionItems } = draft;
    const input = { summary, impact, fixes, actionItems, cause: "The new card processor." };
    const saved = await savePostMortem(ctx, { incidentId: ids.incidentId, input, ifVersion: 0 }, world.deps);

    expect(draft).toMatchObject({ edited: false, version: 0 });
    expect(draft.timeline.length).toBeGreaterThan(0);
    expect(draft.actionItems.length).toBeGreaterThan(0);
    expect(saved).toMatchObject({
      edited: true,
      version: 1,
      updatedBy: "Ada",
      cause: "The new card processor.",
    });
    expect(saved.markdown).toContain("The new card processor.");
  });

  test("two who write at once: the later is told, and nothing is lost", async () => {
    const { summary, impact, cause, fixes, actionItems } = await readPostMortem(
      ctx,
      ids.incidentId,
      world.deps,
    );
    const input = { summary, impact, cause, fixes, actionItems };

    const late = savePostMortem(ctx, { incidentId: ids.incidentId, input, ifVersion: 0 }, world.deps);

    await expect(late).rejects.toThrow(Conflict);
  });

  test("S-48: in Markdown no text becomes a link, an image or HTML", async () => {
    const input = {
      summary: "![x](https://evil.example/?q=1) <img src=x onerror=alert(1)>",
      impact: "[click](javascript:alert(1))",
      cause: "# not a heading\n\n| not | a | table |",
      fixes: ["- [x] <script>alert(1)</script>"],
      actionItems: [{ text: "`code` https://evil.example", owner: null, done: false }],
    };

    const { markdown } = await savePostMortem(
      ctx,
      { incidentId: ids.incidentId, input, ifVersion: undefined },
      world.deps,
    );

    expect(markdown).not.toMatch(/[^\\]\]\(|[^\\]<|https:\/\//);
    expect(markdown).toContain("\\# not a heading");
  });

  test("of another tenant's incident is not found", async () => {
    await expect(readPostMortem(aCtx(), ids.incidentId, world.deps)).rejects.toThrow(NotFound);
  });
});

describe("the guard before LEARNED", () => {
  const aRule = (set: Partial<AlertRule> = {}) =>
    AlertRule.parse({
      id: "rul_guard",
      version: 1,
      createdAt: "2026-11-20T12:00:00.000Z",
      updatedAt: "2026-11-20T12:00:00.000Z",
      updatedBy: "Ada",
      name: "Payments fail",
      metric: "shop.requests.failed",
      aggregate: "rate",
      operator: ">",
      thresholds: { critical: 0.5 },
      groupBy: ["service.name"],
      ...set,
    });
  const learn = () =>
    transitionIncident(
      ctx,
      ids.incidentId,
      { to: "LEARNED" },
      {
        ...world.deps,
        checkGuard: (asked, incident) => checkGuard(asked, incident, world.deps),
      },
    );

  test("is missing until a rule stands whose back-test over the incident fires for what broke", async () => {
    await transitionIncident(
      ctx,
      ids.incidentId,
      { to: "RESOLVED" },
      {
        ...world.deps,
        checkGuard: async () => ({ guarded: false, reason: "not asked" }),
      },
    );

    await expect(learn()).rejects.toThrow(/there is no alert rule/);
    const never = aRule({ id: "rul_never", name: "Never", thresholds: { critical: 1_000 } });
    await world.deps.rules.save(ctx.tenantId, { rule: never, deletedBy: null }, null);
    const elsewhere = aRule({
      id: "rul_elsewhere",
      match: '{service.name="web"}',
      thresholds: { critical: -1 },
    });
    await world.deps.rules.save(ctx.tenantId, { rule: elsewhere, deletedBy: null }, null);
    await expect(learn()).rejects.toThrow(Conflict);

    await world.deps.rules.save(ctx.tenantId, { rule: aRule(), deletedBy: null }, null);
    const learned = await learn();
    const { items } = await world.deps.lists.timeline(ctx.tenantId, ids.incidentId, { limit: 1 });

    expect(learned.state).toBe("LEARNED");
    expect(items[0]?.text).toContain('The rule "Payments fail" guards against it');
    await expect(learn()).resolves.toMatchObject({ state: "LEARNED" });
  });

  test("is looked for among the rules of the incident's own project, whoever asks", async () => {
    const narrowed = aCtx({ actor: aPerson, projects: ["default"] });
    const incident = await openIncident(narrowed, world);
    const theirs = { ...aRule({ id: "rul_theirs", thresholds: { critical: -1 } }), project: "search" };
    await world.deps.rules.save(narrowed.tenantId, { rule: theirs, deletedBy: null }, null);

    const check = await checkGuard(narrowed, incident, world.deps);

    expect(check).toMatchObject({ guarded: false, tried: [] });
  });

  test("is not looked for in another tenant's incident", async () => {
    const foreign = transitionIncident(
      aCtx({ actor: aPerson }),
      ids.incidentId,
      { to: "LEARNED" },
      {
        ...world.deps,
        checkGuard: async () => ({ guarded: true, reason: "never asked" }),
      },
    );

    await expect(foreign).rejects.toThrow(NotFound);
  });
});
