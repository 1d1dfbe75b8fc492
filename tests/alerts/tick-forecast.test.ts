import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { AlertRule } from "../../shared/alerts/schemas.ts";
import { tickAlerts } from "../../shared/alerts/tick-alerts.ts";
import { isForecastDue } from "../../shared/alerts/tick-forecast.ts";
import { newId } from "../../shared/platform/ids.ts";
import { noiseAt } from "../anomalies/builders.ts";
import { aCtx, minutes, noonMs } from "./builders.ts";
import { type Stage, startStage } from "./stage.ts";

let stage: Stage;
beforeAll(async () => {
  stage = await startStage();
});
afterAll(() => stage.stop());

const hourMs = 3_600_000;
const iso = new Date(noonMs).toISOString();

test("a disk that will be full in two days fires once, in one minute of each quarter of an hour, and resolves when it is emptied", async () => {
  const tenantId = newId("tenant");
  const rule = AlertRule.parse({
    type: "forecast",
    name: "Disk full",
    metric: "disk",
    limit: 100,
    withinMs: { warning: 72 * hourMs },
    historyMs: 240 * hourMs,
    groupBy: ["host"],
    keepFiringForMs: 0,
    id: newId("rule"),
    version: 1,
    createdAt: iso,
    updatedAt: iso,
    updatedBy: "ada",
  });
  if (rule.type !== "forecast") throw new Error("It is one.");
  await stage.ruleStore.save(tenantId, { rule, deletedBy: null }, null);
  const disk = (hour: number, value: number) => ({
    atMs: noonMs + hour * hourMs + 1_000,
    value: value + 0.05 * noiseAt(hour + 1_000),
    name: "disk",
  });
  const tick = (atMs: number) => tickAlerts(aCtx({ tenantId, nowMs: atMs }), atMs, stage.tickDeps);
  const types = () => stage.eventsOf(tenantId).map(({ type }) => type);
  stage.metrics.keep(
    tenantId,
    Array.from({ length: 240 }, (_, i) => disk(i - 240, 43 + 0.2 * i)),
  );

  const due = Array.from({ length: 15 }, (_, i) => noonMs + minutes(i)).filter((atMs) =>
    isForecastDue(rule, atMs),
  );
  for (let minute = 0; minute < 30; minute++) await tick(noonMs + minutes(minute));

  expect(due).toHaveLength(1);
  expect(types()).toEqual(["alert.fired.v1"]);
  expect(stage.eventsOf(tenantId)[0]?.data).toMatchObject({
    unit: "s",
    threshold: 259_200,
    labels: { host: "a" },
  });
  stage.metrics.keep(
    tenantId,
    Array.from({ length: 48 }, (_, i) => disk(i, 20)),
  );
  const laterMs = (due[0] ?? noonMs) + 48 * hourMs;
  await tick(laterMs);
  await tick(laterMs);
  expect(types()).toEqual(["alert.fired.v1", "alert.resolved.v1"]);
}, 30_000);
