import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { deleteRule } from "../../shared/alerts/delete-rule.ts";
import { tickAlerts } from "../../shared/alerts/tick-alerts.ts";
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

describe("the clock", () => {
  test("completes a for that runs out between points", async () => {
    const { arrive, tick, events } = await stage.tenant({ forMs: minutes(1), windowMs: minutes(2) });
    await arrive([at(0, 95)]);

    await tick(noonMs + seconds(59));
    expect(events()).toEqual([]);
    await tick(noonMs + minutes(1));
    await tick(noonMs + minutes(2));

    expect(events().map(({ type, data }) => [type, data["startedAt"]])).toEqual([
      ["alert.fired.v1", new Date(noonMs + minutes(1)).toISOString()],
    ]);
  });

  test("resolves a kept alert when keepFiringFor runs out", async () => {
    const { arrive, tick, eventTypes } = await stage.tenant({
      keepFiringForMs: minutes(2),
      windowMs: minutes(4),
    });
    await arrive([at(0, 95)]);
    await arrive([at(15_000, 10)]);

    await tick(noonMs + minutes(2));
    expect(eventTypes()).toEqual(["alert.fired.v1"]);
    await tick(noonMs + minutes(3));
    expect(eventTypes()).toEqual(["alert.fired.v1", "alert.resolved.v1"]);
  });

  test.each([
    ["ok", ["alert.fired.v1", "alert.resolved.v1"], "resolved"],
    ["keep", ["alert.fired.v1"], "firing"],
    ["alert", ["alert.fired.v1"], "firing"],
  ] as const)(
    "with the no-data policy %s a silent firing alert ends as told",
    async (noData, types, state) => {
      const { tenantId, arrive, tick, eventTypes, alertOf } = await stage.tenant({ noData });
      await arrive([at(0, 95)]);

      await tick(noonMs + minutes(4));
      expect(eventTypes()).toEqual(["alert.fired.v1"]);
      for (let minute = 5; minute < 8; minute++) await tick(noonMs + minutes(minute));

      expect(eventTypes()).toEqual(types);
      const alert = await alertOf();
      expect(alert?.status.state).toBe(state);
      const { items } = await stage.decisions.listOfAlert(tenantId, alert?.id ?? "", 10);
      expect(items[0]?.reason).toContain(`has sent no data for 5 min or longer (no-data policy: ${noData})`);
      expect(items).toHaveLength(2);
    },
  );

  test("a host that falls silent fires under the policy alert, and resolves when it speaks again", async () => {
    const { arrive, tick, events, eventTypes } = await stage.tenant({ noData: "alert" });
    await arrive([at(0, 20), at(0, 20, "b")]);
    await arrive([at(minutes(4), 20, "b")]);

    await tick(noonMs + minutes(5));
    await tick(noonMs + minutes(6));
    expect(
      events().map(({ type, data }) => [type, data["labels"], data["value"], data["threshold"]]),
    ).toEqual([["alert.fired.v1", { host: "a" }, null, null]]);

    await arrive([at(minutes(7), 20)]);
    expect(eventTypes()).toEqual(["alert.fired.v1", "alert.resolved.v1"]);
  });

  test("a series retired long ago raises nothing", async () => {
    const { tenantId, tick, eventTypes } = await stage.tenant({ noData: "alert" });
    stage.metrics.keep(tenantId, [at(-minutes(60 * 48), 20)]);

    await tick(noonMs);

    expect(eventTypes()).toEqual([]);
  });

  test("R-29: a sender whose clock is ten minutes slow is not taken for silent while its alert fires", async () => {
    const { arrive, tick, eventTypes } = await stage.tenant({ noData: "ok" });
    for (let minute = 0; minute < 5; minute++) {
      await arrive([at(minutes(minute), 95)], { nowMs: noonMs + minutes(minute + 10) });
      await tick(noonMs + minutes(minute + 10) + 1);
    }

    expect(eventTypes()).toEqual(["alert.fired.v1"]);
  });

  test("R-30: a tick delivered twice, even at once, is done once", async () => {
    const { tenantId, arrive, eventTypes } = await stage.tenant({ noData: "ok" });
    await arrive([at(0, 95)]);
    const atMs = noonMs + minutes(10);
    const reads = stage.metrics.reads();

    await Promise.all([1, 2, 3].map(() => tickAlerts(aCtx({ tenantId, nowMs: atMs }), atMs, stage.tickDeps)));

    expect(eventTypes()).toEqual(["alert.fired.v1", "alert.resolved.v1"]);
    expect(stage.metrics.reads()).toBe(reads + 1);
  });

  test("the clock and arriving points that meet in one moment emit one event", async () => {
    const { tenantId, arrive, tick, eventTypes } = await stage.tenant({
      forMs: minutes(1),
      windowMs: minutes(2),
    });
    await arrive([at(0, 95)]);
    stage.metrics.keep(tenantId, [at(minutes(1), 95)]);
    const atMs = noonMs + minutes(1);

    await Promise.all([
      tick(atMs),
      ...[1, 2, 3, 4].map((i) =>
        evaluateBatch(
          aCtx({ tenantId, nowMs: atMs, causationId: `evt_${i}` }),
          aReceived([at(minutes(1), 95)]),
          stage.evaluatorDeps(),
        ),
      ),
    ]);

    expect(eventTypes()).toEqual(["alert.fired.v1"]);
  });

  test("alerts of a rule that is switched off resolve, saying so", async () => {
    const { tenantId, rules, arrive, tick, events } = await stage.tenant({});
    await arrive([at(0, 95)]);
    const [rule] = rules;
    if (!rule) throw new Error("The stage has no rule.");
    const off = { ...rule, version: 2, enabled: false };
    await stage.ruleStore.save(tenantId, { rule: off, deletedBy: null }, 1);

    await tick(noonMs + minutes(1));

    expect(events().map(({ type }) => type)).toEqual(["alert.fired.v1", "alert.resolved.v1"]);
    expect(events()[1]?.data["reason"]).toBe("The rule is switched off, so its alert ends.");
  });

  test("a deleted rule is forgotten only when nothing of it is open any more", async () => {
    const { tenantId, rules, arrive, tick, eventTypes } = await stage.tenant({});
    await arrive([at(0, 95), at(0, 95, "b")]);
    const ruleId = rules[0]?.id ?? "";
    const early = stage.evaluatorDeps();
    await evaluateBatch(aCtx({ tenantId }), aReceived([at(0, 20, "c")]), early);

    await deleteRule(aCtx({ tenantId, nowMs: noonMs + 1_000 }), ruleId, stage.tickDeps);
    expect(eventTypes().slice(2)).toEqual(["alert.resolved.v1", "alert.resolved.v1"]);
    await evaluateBatch(aCtx({ tenantId, nowMs: noonMs + 1_500 }), aReceived([at(1_500, 95, "c")]), early);
    await tick(noonMs + minutes(1));
    expect(eventTypes().slice(4)).toEqual(["alert.fired.v1", "alert.resolved.v1"]);
    expect(await stage.ruleStore.listAll(tenantId)).toHaveLength(1);

    await tick(noonMs + minutes(6));
    expect(await stage.ruleStore.listAll(tenantId)).toEqual([]);
  });

  test("traces of a process that died before its save are cleared away", async () => {
    const { tenantId, rules, tick } = await stage.tenant({});
    const ruleId = rules[0]?.id ?? "";
    await stage.openAlerts.note(tenantId, [
      {
        alertId: "alt_ghost",
        ruleId,
        severity: "critical",
        labels: { host: "a" },
        version: 1,
        notedMs: noonMs,
      },
    ]);

    await tick(noonMs + minutes(1));
    expect((await stage.openAlerts.someOfRule(tenantId, ruleId, 5)).alertIds.size).toBe(1);
    await tick(noonMs + minutes(6));

    expect((await stage.openAlerts.someOfRule(tenantId, ruleId, 5)).alertIds.size).toBe(0);
    const labelled = await stage.openAlerts.list(tenantId, { label: "host", value: "a" }, "critical", 5);
    expect(labelled.items).toEqual([]);
  });

  test("alerts that were over long ago are forgotten", async () => {
    const { tenantId, arrive, tick, alertOf } = await stage.tenant({ forMs: minutes(1) });
    await arrive([at(0, 95)]);
    await arrive([at(15_000, 10)]);
    expect((await alertOf())?.status.state).toBe("inactive");

    await tick(noonMs + minutes(60 * 12));
    expect(await stage.alerts.listByState(tenantId, "inactive", "critical", 5)).toMatchObject({
      items: [{}],
    });
    await tick(noonMs + minutes(60 * 25));

    expect(await alertOf()).toBeUndefined();
  });
});
