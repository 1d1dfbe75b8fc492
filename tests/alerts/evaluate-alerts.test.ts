import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { catalog } from "../../events/catalog.ts";
import { Envelope } from "../../events/envelope.ts";
import { aCtx, aReceived, minutes, noonMs, type Sample, seconds } from "./builders.ts";
import { evaluateBatch, type Stage, startStage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.stop());

const at = (afterMs: number, value: number, host = "a"): Sample => ({
  atMs: noonMs + afterMs,
  value,
  labels: { host },
});

describe("arriving points", () => {
  test("crossing a threshold fires one alert with its value, threshold, unit, labels and annotations", async () => {
    const { arrive, events, alertOf } = await stage.tenant({
      labels: { team: "core" },
      annotations: { summary: "{{ labels.host }} at {{ value }} (limit {{ threshold }}, {{ severity }})" },
    });

    await arrive([at(0, 95), at(0, 20, "b")]);

    expect(events()).toHaveLength(1);
    const [event] = events().map((each) => Envelope.parse(each));
    expect(catalog["alert.fired.v1"].schema.parse(event?.data)).toMatchObject({
      severity: "critical",
      value: 95,
      threshold: 90,
      unit: "%",
      labels: { host: "a", team: "core" },
      annotations: { summary: "a at 95 % (limit 90 %, critical)" },
      startedAt: new Date(noonMs).toISOString(),
    });
    expect((await alertOf())?.status.state).toBe("firing");
    expect(await alertOf("b")).toBeUndefined();
  });

  test("R-01: a batch delivered twice fires once and leaves the same alert", async () => {
    const { arrive, events, alertOf } = await stage.tenant({ forMs: 0 });

    await arrive([at(0, 95)], { eventId: "evt_1" });
    const after = await alertOf();
    await arrive([at(0, 95)], { eventId: "evt_1" });

    expect(events()).toHaveLength(1);
    expect(await alertOf()).toEqual(after);
  });

  test("R-02: evaluators that see the same crossing at once emit one alert.fired", async () => {
    const { tenantId, eventTypes, alertOf } = await stage.tenant({});
    const batch = aReceived([at(0, 95)]);

    await Promise.all(
      Array.from({ length: 20 }, (_, i) =>
        evaluateBatch(aCtx({ tenantId, causationId: `evt_${i}` }), batch, stage.evaluatorDeps()),
      ),
    );

    expect(eventTypes()).toEqual(["alert.fired.v1"]);
    expect((await alertOf())?.version).toBe(1);
  });

  test("R-03: the same batch id with a changed body cannot undo what newer points have shown", async () => {
    const { arrive, eventTypes } = await stage.tenant({});
    await arrive([at(0, 20)], { eventId: "evt_3" });
    await arrive([at(15_000, 95)]);

    await arrive([at(0, 10)], { eventId: "evt_3", nowMs: noonMs + 15_000 });

    expect(eventTypes()).toEqual(["alert.fired.v1"]);
  });

  const life: [string, Sample][] = [
    ["firing", at(0, 95)],
    ["update", at(15_000, 99)],
    ["resolved", at(30_000, 20)],
    ["refiring", at(45_000, 97)],
  ];
  test.each(permutations(life).map((order) => [order.map(([name]) => name).join(" → "), order] as const))(
    "R-04: %s ends in the state given by event time",
    async (_, order) => {
      const { arrive, alertOf, eventTypes } = await stage.tenant({});

      for (const [, sample] of order) await arrive([sample], { nowMs: noonMs + 46_000 });

      const alert = await alertOf();
      expect(alert).toMatchObject({ value: 97, status: { state: "firing" } });
      const types = eventTypes();
      expect(types.at(-1)).toBe("alert.fired.v1");
      expect(types.filter((type) => type === "alert.fired.v1")).toHaveLength(
        types.filter((type) => type === "alert.resolved.v1").length + 1,
      );
    },
  );

  test("F4: a late normal value does not resolve an alert that newer data keeps firing", async () => {
    const { arrive, eventTypes } = await stage.tenant({});
    await arrive([at(60_000, 95)]);

    await arrive([at(45_000, 10)], { nowMs: noonMs + 61_000 });

    expect(eventTypes()).toEqual(["alert.fired.v1"]);
  });

  test("a minute of points in one batch is judged at the time of each", async () => {
    const { arrive, events } = await stage.tenant({ forMs: seconds(30), windowMs: 1_000 });

    await arrive(Array.from({ length: 60 }, (_, i) => at(seconds(i), i < 10 || i > 50 ? 10 : 95)));

    expect(events().map(({ type, data }) => [type, data["startedAt"], data["resolvedAt"]])).toEqual([
      ["alert.fired.v1", new Date(noonMs + seconds(40)).toISOString(), undefined],
      [
        "alert.resolved.v1",
        new Date(noonMs + seconds(40)).toISOString(),
        new Date(noonMs + seconds(51)).toISOString(),
      ],
    ]);
    expect(new Set(events().map(({ id }) => id)).size).toBe(2);
  });

  test("cpu > 90 % for more than 3 min fires at 3:00 and not at 2:59, once, as points arrive", async () => {
    const { arrive, events } = await stage.tenant({ forMs: minutes(3), aggregate: "avg" });

    for (let s = 0; s <= 179; s += 15) await arrive([at(seconds(s), 95)]);
    await arrive([at(seconds(179), 95)]);
    expect(events()).toEqual([]);

    for (let s = 180; s <= 300; s += 15) await arrive([at(seconds(s), 95)]);
    expect(events().map(({ data }) => data["startedAt"])).toEqual([
      new Date(noonMs + minutes(3)).toISOString(),
    ]);
  });

  test("with keepFiringFor a flapping metric fires once", async () => {
    const { arrive, eventTypes } = await stage.tenant({ keepFiringForMs: minutes(2) });

    for (let i = 0; i < 20; i++) await arrive([at(i * 15_000, i % 2 ? 10 : 95)]);
    expect(eventTypes()).toEqual(["alert.fired.v1"]);

    for (let i = 20; i < 40; i++) await arrive([at(i * 15_000, 10)]);
    expect(eventTypes()).toEqual(["alert.fired.v1", "alert.resolved.v1"]);
  });

  test("another threshold crossed while firing is told as a change of severity", async () => {
    const { arrive, events } = await stage.tenant({ thresholds: { warning: 80, critical: 90 } });

    await arrive([at(0, 85)]);
    await arrive([at(15_000, 95)]);

    expect(events().map(({ type, data }) => [type, data["severity"], data["previousSeverity"]])).toEqual([
      ["alert.fired.v1", "warning", undefined],
      ["alert.severity-changed.v1", "critical", "warning"],
    ]);
  });

  test("S-05: the same series in two tenants are two alerts", async () => {
    const one = await stage.tenant({ id: "rul_same" });
    const other = await stage.tenant({ id: "rul_same" });

    await one.arrive([at(0, 95)]);

    expect(one.eventTypes()).toEqual(["alert.fired.v1"]);
    expect(other.eventTypes()).toEqual([]);
    expect(await other.alertOf()).toBeUndefined();
    await other.arrive([at(0, 95)]);
    expect((await other.alertOf())?.id).not.toBe((await one.alertOf())?.id);
  });

  test("hostile label values come back unchanged as text", async () => {
    const { arrive, events, alertOf } = await stage.tenant({
      annotations: { summary: "{{ labels.host }}" },
    });
    const host = '"><script>alert(1)</script> {{ value }} $& \\ \n \u202e \u0000 #TENANT# =}{,"';

    await arrive([at(0, 95, host)]);

    expect(events()[0]?.data).toMatchObject({ labels: { host }, annotations: { summary: host } });
    expect((await alertOf(host))?.groupLabels).toEqual({ host });
  });

  test("a change of a rule takes effect within seconds", async () => {
    const { tenantId, arrive, rules, eventTypes } = await stage.tenant({});
    await arrive([at(0, 50)]);
    const [rule] = rules;
    if (!rule) throw new Error("The stage has no rule.");

    const changed = { ...rule, version: 2, thresholds: { critical: 40 } };
    await stage.ruleStore.save(tenantId, { rule: changed, deletedBy: null }, 1);
    await arrive([at(3_000, 50)]);

    expect(eventTypes()).toEqual(["alert.fired.v1"]);
  });

  test("rules of other metrics cost neither a decoding nor a read", async () => {
    const { tenantId } = await stage.tenant({ metric: "memory" });
    const batch = { ...aReceived([at(0, 95)]), packed: { codec: "points.v1" as const, base64: "broken" } };
    const reads = stage.metrics.reads();

    await evaluateBatch(aCtx({ tenantId }), batch, stage.evaluatorDeps());

    expect(stage.metrics.reads()).toBe(reads);
  });

  test("R-13: hundreds of series of one rule that cross at once fire as many alerts, each once", async () => {
    const { tenantId, arrive, events } = await stage.tenant({ groupBy: ["*"] });
    const count = 500;
    const storm = Array.from({ length: count }, (_, i) => at(0, 95, `host-${i}`));

    await arrive(storm);

    expect(new Set(events().map(({ data }) => data["alertId"])).size).toBe(count);
    expect(events()).toHaveLength(count);
    expect(await stage.table.owed(noonMs + minutes(1), 10)).toEqual([]);
    const page = await stage.alerts.listByState(tenantId, "firing", "critical", 200);
    expect(page.items).toHaveLength(200);
  }, 60_000);
});

describe("decision records", () => {
  test("every verdict that changes something says why, once, however often the batch comes", async () => {
    const { tenantId, arrive, alertOf } = await stage.tenant({
      forMs: seconds(15),
      keepFiringForMs: seconds(15),
    });
    const values = [95, 95, 10, 10, 95, 10];
    for (const [i, value] of values.entries()) {
      await arrive([at(i * 15_000, value)], { eventId: `evt_${i}` });
      await arrive([at(i * 15_000, value)], { eventId: `evt_${i}` });
    }

    const alert = await alertOf();
    const { items } = await stage.decisions.listOfAlert(tenantId, alert?.id ?? "", 50);

    expect(items.map(({ outcome, from, to }) => [outcome, from, to]).reverse()).toEqual([
      ["pending", "inactive", "pending"],
      ["fired", "pending", "firing"],
      ["kept", "firing", "firing"],
      ["resolved", "firing", "resolved"],
      ["pending", "resolved", "pending"],
      ["pending-dropped", "pending", "inactive"],
    ]);
    expect(items.at(-2)).toMatchObject({
      value: 95,
      threshold: 90,
      inputs: { causationId: "evt_1", pointCount: 2 },
    });
  });

  test("what did not fire is answered once a minute from the record alone", async () => {
    const { tenantId, arrive, rules } = await stage.tenant({ thresholds: { warning: 80, critical: 90 } });
    for (let s = 0; s < 60; s += 15) await arrive([at(seconds(s), 71.25), at(seconds(s), 30, "b")]);

    const { items } = await stage.decisions.listOfRule(tenantId, rules[0]?.id ?? "", 50);

    expect(items).toHaveLength(1);
    expect(items[0]).toMatchObject({ outcome: "evaluated", value: 71.25, inputs: { seriesCount: 2 } });
    expect(items[0]?.reason).toBe(
      '2 groups were judged and 0 breach; the nearest to firing: last of cpu over 1 min for {host="a"} is 71.25 %, not above 90 % (critical) nor 80 % (warning).',
    );
  });

  test("a rule that matches nothing says so", async () => {
    const { tenantId, arrive, rules } = await stage.tenant({ match: '{host="z"}' });
    await arrive([at(0, 95)]);

    const { items } = await stage.decisions.listOfRule(tenantId, rules[0]?.id ?? "", 50);

    expect(items[0]?.reason).toBe(
      '1 series of cpu arrived and none matches {host="z"}, so nothing was judged.',
    );
  });

  test("R-19: what a process saved and did not tell is told by the redelivery or the sweep, under the same id", async () => {
    const { tenantId, arrive, events, alertOf } = await stage.tenant({});
    const deps = stage.evaluatorDeps();
    const dying = { ...deps, publish: () => Promise.reject(new Error("killed")) };
    const batch = aReceived([at(0, 95)]);
    const ctx = aCtx({ tenantId, causationId: "evt_killed" });
    await expect(evaluateBatch(ctx, batch, dying)).rejects.toThrow("killed");

    await arrive([at(0, 95)], { eventId: "evt_killed" });

    const alert = await alertOf();
    const { items } = await stage.decisions.listOfAlert(tenantId, alert?.id ?? "", 10);
    expect(items.map(({ outcome }) => outcome)).toEqual(["fired"]);
    const owed = await stage.table.owed(noonMs + minutes(1), 100);
    const debts = owed.filter((debt) => debt.tenantId === tenantId).flatMap((debt) => debt.events);
    expect([...debts, ...events()].map(({ type }) => type)).toEqual(["alert.fired.v1"]);
  });
});

function permutations<T>(all: readonly T[]): T[][] {
  if (all.length <= 1) return [[...all]];
  return all.flatMap((one, i) => permutations(all.toSpliced(i, 1)).map((rest) => [one, ...rest]));
}
