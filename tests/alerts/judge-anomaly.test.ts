import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import type { AnomalyDetectedV1, AnomalyEndedV1 } from "../../events/anomalies.ts";
import { type AnomalyFact, judgeAnomaly } from "../../shared/alerts/judge-anomaly.ts";
import { type AnomalyRule, AnomalyRuleInput } from "../../shared/alerts/schemas.ts";
import type { Anomaly } from "../../shared/anomalies/schemas.ts";
import { newId } from "../../shared/platform/ids.ts";
import { aCtx, noonMs } from "./builders.ts";
import { type Stage, startStage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.stop());

const iso = (afterMs: number) => new Date(noonMs + afterMs).toISOString();

function detected(over: Partial<AnomalyDetectedV1> = {}): AnomalyDetectedV1 {
  return {
    anomalyId: "ano_1",
    kind: "metric",
    metric: "latency",
    seriesId: "5b0c1fd2a94e7763",
    service: "payments",
    labels: { "service.name": "payments" },
    unit: "s",
    value: 0.3,
    expected: 0.2,
    band: { low: 0.15, high: 0.25 },
    score: 5.5,
    feature: "level",
    contributions: [],
    since: iso(0),
    at: iso(0),
    mode: "paging",
    metricClass: "mean/time/none",
    detectorVersion: "metric.1",
    sensitivity: "low",
    reason: "latency is 0.3 s where 0.15 s to 0.25 s is ordinary.",
    previousSensitivity: null,
    ...over,
  };
}
function ended(over: Partial<AnomalyDetectedV1> = {}): AnomalyEndedV1 {
  const { previousSensitivity: _none, ...facts } = detected({ at: iso(600_000), ...over });
  return { ...facts, endedAt: iso(600_000), outcome: "calm" };
}

/** A tenant with these rules; `told` brings an anomaly's event, twice with the same id where asked. */
async function aTenant(...rules: Partial<AnomalyRule>[]) {
  const tenantId = newId("tenant");
  const saved: AnomalyRule[] = rules.map((over) => ({
    ...AnomalyRuleInput.parse({ type: "anomaly", name: "Unlike itself" }),
    id: newId("rule"),
    version: 1,
    createdAt: iso(0),
    updatedAt: iso(0),
    updatedBy: "ada",
    ...over,
  }));
  for (const rule of saved) await stage.ruleStore.save(tenantId, { rule, deletedBy: null }, null);
  let standing: Pick<Anomaly, "endedAt"> | undefined;
  const deps = {
    ...stage.evaluatorDeps(),
    anomalies: { get: async () => standing as Anomaly | undefined },
  };
  return {
    tenantId,
    tell: (fact: AnomalyFact, causationId = newId("event")) =>
      judgeAnomaly(aCtx({ tenantId, causationId }), fact, deps),
    over: () => {
      standing = { endedAt: iso(600_000) };
    },
    events: () => stage.eventsOf(tenantId),
    types: () => stage.eventsOf(tenantId).map(({ type }) => type),
    decisions: async () => (await stage.decisions.listOfRule(tenantId, saved[0]?.id ?? "", 20)).items,
  };
}

describe("an anomaly that may page", () => {
  test("fires an alert that names it, from when it began, and resolves it with its end", async () => {
    const tenant = await aTenant({ severity: "critical" });

    await tenant.tell(detected());
    await tenant.tell(ended());

    expect(tenant.types()).toEqual(["alert.fired.v1", "alert.resolved.v1"]);
    expect(tenant.events()[0]?.data).toMatchObject({
      severity: "critical",
      labels: { "service.name": "payments", metric: "latency" },
      value: 0.3,
      threshold: 0.25,
      unit: "s",
      startedAt: iso(0),
    });
    expect(tenant.events()[1]?.data).toMatchObject({ resolvedAt: iso(600_000) });
  });

  test("R-01: told twice, or told to have grown, fires once", async () => {
    const tenant = await aTenant({});

    await tenant.tell(detected(), "evt_same");
    await tenant.tell(detected(), "evt_same");
    await tenant.tell(detected({ score: 20, previousSensitivity: "medium" }));

    expect(tenant.types()).toEqual(["alert.fired.v1"]);
  });

  test("R-04: whose end is told first leaves no alert firing", async () => {
    const tenant = await aTenant({});
    tenant.over();

    await tenant.tell(ended());
    await tenant.tell(detected());

    expect(tenant.types()).toEqual(["alert.fired.v1", "alert.resolved.v1"]);
  });

  test("of another series is another alert", async () => {
    const tenant = await aTenant({});

    await tenant.tell(detected());
    await tenant.tell(detected({ anomalyId: "ano_2", metric: "errors" }));
    await tenant.tell(ended({ anomalyId: "ano_2", metric: "errors" }));

    expect(tenant.types()).toEqual(["alert.fired.v1", "alert.fired.v1", "alert.resolved.v1"]);
  });
});

describe("a rule that asks for something else", () => {
  test.each<[string, Partial<AnomalyRule>]>([
    ["another metric", { metric: "errors" }],
    ["other labels", { match: '{service.name="web"}' }],
    ["services as a whole", { watch: "services" }],
    ["nothing, being off", { enabled: false }],
  ])("%s stays silent", async (_what, rule) => {
    const tenant = await aTenant(rule);

    await tenant.tell(detected());

    expect(tenant.types()).toEqual([]);
    expect(await tenant.decisions()).toEqual([]);
  });
});

describe("what may not page leaves a record that says why", () => {
  test.each<[string, Partial<AnomalyDetectedV1>, RegExp]>([
    ["in shadow", { mode: "shadow" }, /in shadow for mean\/time\/none/],
    ["below the rule's sensitivity", { sensitivity: "high", score: 3.6 }, /asks for medium/],
  ])("%s", async (_what, over, why) => {
    const tenant = await aTenant({});

    await tenant.tell(detected(over), "evt_same");
    await tenant.tell(detected(over), "evt_same");

    expect(tenant.types()).toEqual([]);
    expect(await tenant.decisions()).toMatchObject([
      { outcome: "suppressed", alertId: null, reason: expect.stringMatching(why) },
    ]);
  });

  test("a more sensitive rule fires where another holds back", async () => {
    const tenant = await aTenant({ sensitivity: "low" }, { sensitivity: "high" });

    await tenant.tell(detected({ sensitivity: "high", score: 3.6 }));

    expect(tenant.types()).toEqual(["alert.fired.v1"]);
  });
});
